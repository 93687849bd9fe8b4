// SPDX-License-Identifier: Apache-2.0
// The handler by itself: no Weft, no network. `node --test examples/hybrid-shop/test/*.test.mjs`
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { BadOrder, checkOrder, handler, parse, price, RefusedOrder } from '../checkout/index.mjs';

const products = { thread: { name: 'Thread', cents: 10 }, yarn: { name: 'Yarn', cents: 20 }, loom: { name: 'Loom', cents: 18905 } };
const product = async (sku) => products[sku] ?? null;
const items = (...pairs) => ({ items: pairs.map(([sku, quantity]) => ({ sku, quantity })) });
const context = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:checkout' };
const post = (body) => ({ requestContext: { http: { method: 'POST' } }, body });

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
  delete process.env.WEFT_URL;
});

/** Plays catalog, fraud and notify; remembers what was asked. */
function fakeShop({ status = 200, verdict = 'ok', down = [] } = {}) {
  const asked = [];
  process.env.WEFT_URL = 'http://127.0.0.1:1';
  const answer = (value, code = 200) => new Response(JSON.stringify(value), { status: code });
  globalThis.fetch = async (url, options) => {
    const [, name, sku] = new URL(url).pathname.split('/');
    asked.push(options.body ? [name, JSON.parse(options.body)] : `${name}/${sku}`);
    if (down.includes(name)) return answer({}, 503);
    if (name === 'fraud') return answer({ verdict, reasons: verdict === 'ok' ? [] : ['too much'] });
    if (name === 'notify') return answer({ sent: true, text: 'on its way' });
    const found = products[decodeURIComponent(sku)];
    return status !== 200 || found ? answer(found ?? {}, status) : answer({}, 404);
  };
  return asked;
}

test('prices add up in whole cents', async () => {
  const { total, lines } = await price(items(['thread', 1], ['yarn', 1], ['loom', 2]), product);
  assert.equal(total, '378.40');
  assert.deepEqual(lines[2], { sku: 'loom', name: 'Loom', quantity: 2, total: '378.10' });
  assert.equal((await price(items(['thread', 1]), product)).total, '0.10');
});

test('an unknown product is named', async () => {
  await assert.rejects(price(items(['thread', 1], ['anvil', 1]), product), {
    message: "items[1].sku: no product 'anvil'",
  });
});

test('orders that can not be are refused with the field, the value and the limit', () => {
  const refused = (order, message) => assert.throws(() => checkOrder(order), (e) => e instanceof BadOrder && message.test(e.message));
  refused(null, /^items: expected a list/);
  refused({ items: [] }, /^items: expected a list/);
  refused({ items: Array(21).fill({ sku: 'thread', quantity: 1 }) }, /^items: 21 are too many, at most 20/);
  refused({ items: [{ quantity: 1 }] }, /^items\[0\]\.sku: expected a text/);
  for (const quantity of [0, 101, 1.5, '2', null]) {
    refused({ items: [{ sku: 'thread', quantity }] }, /^items\[0\]\.quantity: expected a whole number from 1 to 100/);
  }
});

test('a body in base64 and a plain one are the same order', () => {
  const order = items(['thread', 2]);
  const text = JSON.stringify(order);
  assert.deepEqual(parse({ body: text, isBase64Encoded: false }), order);
  assert.deepEqual(parse({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true }), order);
});

test('an HTTP order gets a receipt: priced by catalog, judged by fraud, told by notify', async () => {
  const asked = fakeShop();
  const order = items(['thread', 3]);
  const answer = await handler(post(JSON.stringify(order)), context);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/json');
  const body = JSON.parse(answer.body);
  assert.equal(body.total, '0.30');
  assert.equal(body.currency, 'EUR');
  assert.equal(body.fraud, 'ok');
  assert.equal(body.confirmation, 'on its way');
  assert.equal(body.servedIn, 'eu-west-1');
  assert.equal(asked[0], 'catalog/thread');
  assert.deepEqual(asked[1], ['fraud', { items: order.items, total: '0.30' }]);
  assert.equal(asked[2][0], 'notify');
  assert.equal(asked[2][1].order.total, '0.30');
});

test('an order that fraud refuses is not taken, and nobody is told of it: 403', async () => {
  const asked = fakeShop({ verdict: 'refuse' });
  const answer = await handler(post(JSON.stringify(items(['loom', 50]))), context);
  assert.equal(answer.statusCode, 403);
  assert.match(JSON.parse(answer.body).error, /too much/);
  assert.equal(asked.length, 2);
  await assert.rejects(handler(items(['loom', 50]), context), RefusedOrder);
});

test('without fraud an order waits for a person, without notify it is taken all the same', async () => {
  fakeShop({ down: ['fraud', 'notify'] });
  const receipt = await handler(items(['yarn', 1]), context);
  assert.equal(receipt.fraud, 'review');
  assert.equal(receipt.confirmation, null);
});

test('a bad HTTP order is the buyer\'s mistake: 400', async () => {
  fakeShop();
  for (const body of ['{', '{}', JSON.stringify(items(['anvil', 1]))]) {
    const answer = await handler(post(body), context);
    assert.equal(answer.statusCode, 400);
    assert.match(JSON.parse(answer.body).error, /./);
  }
});

test('another method is refused', async () => {
  const answer = await handler({ requestContext: { http: { method: 'GET' } } }, context);
  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers.allow, 'POST');
});

test('a plain event is the order itself', async () => {
  fakeShop();
  assert.equal((await handler(items(['yarn', 5]), context)).total, '1.00');
  await assert.rejects(handler({}, context), BadOrder);
});

test('a catalog that fails is the function\'s failure, not the buyer\'s', async () => {
  fakeShop({ status: 500 });
  await assert.rejects(handler(post(JSON.stringify(items(['thread', 1]))), context), /catalog\/thread answered 500/);
});
