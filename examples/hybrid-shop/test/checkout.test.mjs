// SPDX-License-Identifier: Apache-2.0
// The handler by itself: no Weft, no network. `node --test examples/hybrid-shop/test/*.test.mjs`
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { BadOrder, checkOrder, handler, parse, price } from '../checkout/index.mjs';

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

/** Plays catalog; remembers what was asked. */
function fakeCatalog(status = 200) {
  const asked = [];
  process.env.WEFT_URL = 'http://127.0.0.1:1';
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    const found = products[decodeURIComponent(new URL(url).pathname.split('/')[2])];
    return status !== 200 || found
      ? new Response(JSON.stringify(found ?? {}), { status })
      : new Response('{}', { status: 404 });
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

test('an HTTP order gets a receipt, priced by catalog', async () => {
  const asked = fakeCatalog();
  const answer = await handler(post(JSON.stringify(items(['thread', 3]))), context);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/json');
  const body = JSON.parse(answer.body);
  assert.equal(body.total, '0.30');
  assert.equal(body.currency, 'EUR');
  assert.equal(body.servedIn, 'eu-west-1');
  assert.deepEqual(asked, ['http://127.0.0.1:1/catalog/thread']);
});

test('a bad HTTP order is the buyer\'s mistake: 400', async () => {
  fakeCatalog();
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
  fakeCatalog();
  assert.equal((await handler(items(['yarn', 5]), context)).total, '1.00');
  await assert.rejects(handler({}, context), BadOrder);
});

test('a catalog that fails is the function\'s failure, not the buyer\'s', async () => {
  fakeCatalog(500);
  await assert.rejects(handler(post(JSON.stringify(items(['thread', 1]))), context), /catalog answered 500/);
});
