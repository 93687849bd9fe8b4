// SPDX-License-Identifier: Apache-2.0
//
// checkout: adds up an order, has it looked at by fraud, and lets notify tell the buyer. A Node.js AWS Lambda handler, as you would deploy it behind a function URL.
//
// If you don't know AWS: Lambda calls the exported function once per event, one at a time per process, and takes what
// it returns as the answer. An HTTP request arrives as an event in "payload format 2.0": method, path, headers and body
// are fields of a JSON object. The answer is an object with statusCode, headers and body.

// Change this text and save: the next call has it, and no call fails in between.
const THANKS = 'Thank you for your order';

const ITEMS_MAX = 20;
const QUANTITY_MAX = 100;
const ASK_MILLIS_MAX = 5000;

/** The order, not the shop, is wrong; the message is for the buyer. */
export class BadOrder extends Error {}

/** The order is refused, whatever its form; the message is for the buyer. */
export class RefusedOrder extends Error {}

/** What Lambda calls: "index.handler" is this file and this name. */
export async function handler(event, context) {
  const http = event?.requestContext?.http;
  if (!http) {
    // Not an HTTP request but a plain event, as `weft invoke checkout -d @order.json` (or `aws lambda invoke`) sends
    // it: the order itself comes in, the receipt itself goes out, and a thrown error is the function's failure.
    return receipt(event, context);
  }
  if (http.method !== 'POST') {
    return answer(405, { error: `${http.method} is not possible here, only POST` }, { allow: 'POST' });
  }
  try {
    return answer(200, await receipt(parse(event), context));
  } catch (problem) {
    if (problem instanceof BadOrder) {
      return answer(400, { error: problem.message });
    }
    if (problem instanceof RefusedOrder) {
      return answer(403, { error: problem.message });
    }
    throw problem;
  }
}

async function receipt(order, context) {
  checkOrder(order);
  const priced = await price(order, lookUp);
  const result = {
    message: THANKS,
    ...priced,
    currency: process.env.CURRENCY ?? 'EUR',
    fraud: await judge({ items: order.items, total: priced.total }),
    servedIn: regionOf(context),
  };
  result.confirmation = await confirm(result);
  // Whatever is printed becomes a log line: `weft logs -f checkout`.
  console.log(`sold ${result.lines.length} items for ${result.total} ${result.currency} in ${result.servedIn}`);
  return result;
}

/** The body of a payload 2.0 event. AWS encodes it in base64 unless its content type is known to be text. */
export function parse(event) {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  try {
    return JSON.parse(text);
  } catch {
    throw new BadOrder('the body is not JSON; expected {"items": [{"sku": "…", "quantity": 1}]}');
  }
}

/** Refuses what can't be an order, naming what is wrong with it. */
export function checkOrder(order) {
  const items = order?.items;
  if (!Array.isArray(items) || items.length === 0) {
    throw new BadOrder('items: expected a list with at least one item');
  }
  if (items.length > ITEMS_MAX) {
    throw new BadOrder(`items: ${items.length} are too many, at most ${ITEMS_MAX}`);
  }
  items.forEach((item, i) => {
    if (typeof item?.sku !== 'string' || item.sku === '') {
      throw new BadOrder(`items[${i}].sku: expected a text, got ${JSON.stringify(item?.sku)}`);
    }
    const { quantity } = item;
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
      throw new BadOrder(
        `items[${i}].quantity: expected a whole number from 1 to ${QUANTITY_MAX}, got ${JSON.stringify(quantity)}`,
      );
    }
  });
}

/**
 * Prices an order.
 *
 * @param order one that checkOrder let pass
 * @param product finds a product by its sku, or null; a parameter so that tests need no catalog
 */
export async function price(order, product) {
  const lines = await Promise.all(
    order.items.map(async ({ sku, quantity }, i) => {
      const found = await product(sku);
      if (!found) {
        throw new BadOrder(`items[${i}].sku: no product '${sku}'`);
      }
      return { sku, name: found.name, quantity, total: money(found.cents * quantity), cents: found.cents * quantity };
    }),
  );
  const cents = lines.reduce((sum, line) => sum + line.cents, 0);
  return { lines: lines.map(({ cents: _, ...line }) => line), total: money(cents) };
}

/** Money is counted in whole cents: 0.1 + 0.2 is not 0.3 in floating point. */
function money(cents) {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/**
 * Asks another function by its route. Weft gives each instance an address of the gateway in WEFT_URL; a call made there
 * belongs to the call being served, so trace and deadline follow by themselves. Which contract the other one is written
 * for, in which language and on which cloud, is nothing we need to know.
 */
async function ask(path, body) {
  const response = await fetch(new URL(path, process.env.WEFT_URL), {
    signal: AbortSignal.timeout(ASK_MILLIS_MAX),
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text(); // also when it isn't wanted, so that the connection can be used again
  if (!response.ok) {
    throw Object.assign(new Error(`${path} answered ${response.status}`), { status: response.status });
  }
  return JSON.parse(text);
}

/** catalog, a plain HTTP server, knows the products; null for one that it does not know. */
async function lookUp(sku) {
  try {
    return await ask(`/catalog/${encodeURIComponent(sku)}`);
  } catch (problem) {
    if (problem.status === 404) {
      return null;
    }
    throw problem;
  }
}

/** fraud, a Java function of Google's, has a verdict. When it can't be asked, a person will look: no sale is lost. */
async function judge(order) {
  let said;
  try {
    said = await ask('/fraud', order);
  } catch (problem) {
    console.log(`fraud was not asked: ${problem.message}`);
    return 'review';
  }
  if (said.verdict === 'refuse') {
    throw new RefusedOrder(`this order can not be taken: ${said.reasons.join(', ')}`);
  }
  return said.verdict;
}

/** notify, a Python OpenWhisk action, tells the buyer. A sale stands also where nobody could be told. */
async function confirm(receipt) {
  try {
    return (await ask('/notify', { order: receipt })).text;
  } catch (problem) {
    console.log(`the buyer was not told: ${problem.message}`);
    return null;
  }
}

/** arn:aws:lambda:REGION:ACCOUNT:function:NAME tells where this copy of the function runs. */
function regionOf(context) {
  return context?.invokedFunctionArn?.split(':')[3] ?? 'unknown';
}

function answer(statusCode, value, headers = {}) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value, null, 2) + '\n',
  };
}
