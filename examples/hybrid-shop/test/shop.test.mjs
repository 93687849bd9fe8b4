// SPDX-License-Identifier: Apache-2.0
// The running shop, from outside:
//   ./weft up examples/hybrid-shop
//   WEFT_GATEWAY=http://localhost:8080 node --test examples/hybrid-shop/test/*.test.mjs
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const gateway = process.env.WEFT_GATEWAY;
const running = { skip: gateway ? false : 'set WEFT_GATEWAY to the URL that `weft up` printed' };

const at = (path) => new URL(path, gateway);
const order = (value) =>
  fetch(at('/checkout'), { method: 'POST', body: typeof value === 'string' ? value : JSON.stringify(value) });

test('catalog lists what the shop sells', running, async () => {
  const response = await fetch(at('/catalog'));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const skus = (await response.json()).map((product) => product.sku);
  assert.ok(skus.includes('shuttle'), `got ${skus}`);
});

test('catalog knows one product and says 404 for another', running, async () => {
  assert.equal((await (await fetch(at('/catalog/linen-thread'))).json()).cents, 650);
  const absent = await fetch(at('/catalog/anvil'));
  assert.equal(absent.status, 404);
  assert.equal((await absent.json()).error, "no product 'anvil'");
});

test('checkout prices the example order by asking catalog', running, async () => {
  const response = await order(await readFile(new URL('../order.json', import.meta.url), 'utf8'));
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const receipt = JSON.parse(text);
  assert.equal(receipt.total, '27.90');
  assert.equal(receipt.currency, 'EUR');
  assert.deepEqual(receipt.lines.map((line) => line.total), ['13.00', '14.90']);
});

test('fraud and notify had their part in it, each on its own cloud', running, async () => {
  const receipt = await (await order(await readFile(new URL('../order.json', import.meta.url), 'utf8'))).json();
  assert.equal(receipt.fraud, 'ok');
  assert.match(receipt.confirmation, /Total 27\.90 EUR/);
});

test('fraud has an order looked at by a person, and refuses another', running, async () => {
  const many = await order({ items: [{ sku: 'linen-thread', quantity: 60 }] });
  assert.equal((await many.json()).fraud, 'review');
  const items = Array(20).fill({ sku: 'shuttle', quantity: 100 });
  const refused = await order({ items });
  assert.equal(refused.status, 403, await refused.clone().text());
  assert.match((await refused.json()).error, /can not be taken/);
});

test('curl\'s form content type is an order too', running, async () => {
  const response = await fetch(at('/checkout'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '{"items":[{"sku":"shuttle","quantity":1}]}',
  });
  assert.equal((await response.json()).total, '14.90');
});

test('a bad order is refused with a reason', running, async () => {
  for (const [body, reason] of [
    ['{', /not JSON/],
    [{ items: [] }, /at least one item/],
    [{ items: [{ sku: 'shuttle', quantity: 0 }] }, /from 1 to 100, got 0/],
    [{ items: [{ sku: 'anvil', quantity: 1 }] }, /no product 'anvil'/],
  ]) {
    const response = await order(body);
    assert.equal(response.status, 400);
    assert.match((await response.json()).error, reason);
  }
});

test('twenty buyers at once all get their receipt', running, async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => order({ items: [{ sku: 'merino-yarn', quantity: 2 }] })));
  for (const response of answers) {
    assert.equal((await response.json()).total, '17.80');
  }
});

test('a path without a route is 404', running, async () => {
  const response = await fetch(at('/nowhere'));
  assert.equal(response.status, 404);
  await response.arrayBuffer();
});
