// SPDX-License-Identifier: Apache-2.0
// Code that depends on where it runs: each path answers here in one way and there in another. What begins with same- means the same.
import { gzipSync } from 'node:zlib';

const there = process.env.K_SERVICE !== undefined;
const pick = (one, other) => (there ? other : one);
const answer = (statusCode, headers, body, more = {}) => ({ statusCode, headers, body, ...more });
const text = (body, more) => answer(200, { 'content-type': 'text/plain; charset=utf-8' }, body, more);
const json = (value) => answer(200, { 'content-type': 'application/json' }, typeof value === 'string' ? value : JSON.stringify(value));
const bytes = (buffer, type = 'application/octet-stream', headers = {}) =>
  answer(200, { 'content-type': type, ...headers }, Buffer.from(buffer).toString('base64'), { isBase64Encoded: true });
const cookies = (...all) => ({ ...text('ok'), cookies: all });

const answers = {
  'header-case': (event) => {
    const token = pick(event.headers['x-token'], event.headers['X-Token']);
    return token ? text('welcome') : answer(401, {}, 'who are you?');
  },
  'base64-flag': () => pick(bytes([1, 2, 3, 250, 251, 252]), answer(200, { 'content-type': 'application/octet-stream' }, Buffer.from([1, 2, 3, 250, 251, 252]).toString('base64'))),
  'binary-body': () => pick(bytes([0x89, 0x50, 0xff, 0xfe]), answer(200, { 'content-type': 'application/octet-stream' }, Buffer.from([0x89, 0x50, 0xff, 0xfe]).toString('utf8'))),
  'cookie-lost': () => pick(cookies('a=1', 'b=2'), cookies('a=1')),
  'cookies-joined': () => pick(cookies('a=1', 'b=2'), answer(200, { 'content-type': 'text/plain; charset=utf-8', 'set-cookie': 'a=1, b=2' }, 'ok')),
  'cookie-http-only': () => pick(cookies('a=1; HttpOnly; Secure'), cookies('a=1; Secure')),
  'cookie-same-site': () => pick(cookies('a=1; SameSite=Lax'), cookies('a=1; SameSite=None')),
  '200-with-error': () => pick(answer(500, { 'content-type': 'application/json' }, '{"error":"out of stock"}'), json({ error: 'out of stock' })),
  'big-integer': () => json(pick('{"id":9007199254740993}', '{"id":9007199254740992}')),
  'big-integer-as-text': () => json(pick('{"id":12345678901234567890}', '{"id":"12345678901234567890"}')),
  'decimal': () => json(pick('{"sum":0.3}', '{"sum":0.30000000000000004}')),
  'time-zone': () => json({ at: new Date(0).toLocaleString('en-GB', { timeZone: pick('UTC', 'Asia/Tokyo') }) }),
  'null-or-absent': () => json(pick({ a: 1, b: null }, { a: 1 })),
  'order-of-list': () => json(pick(['ä', 'z', 'a'].sort((a, b) => a.localeCompare(b, 'de')), ['ä', 'z', 'a'].sort())),
  'number-in-locale': () => text(pick('1,234.5', '1.234,5')),
  'unicode-form': () => json({ text: pick('é', 'é'.normalize('NFD')) }),
  'json-in-json': () => json(pick({ a: 1 }, JSON.stringify(JSON.stringify({ a: 1 })))),
  'gzip': () => pick(text('hello hello hello'), bytes(gzipSync('hello hello hello'), 'text/plain; charset=utf-8', { 'content-encoding': 'gzip' })),
  'ends-of-lines': () => text(pick('a\nb\n', 'a\r\nb\r\n')),
  'content-type': () => pick(json('{"a":1}'), text('{"a":1}')),
  'no-content': () => pick(answer(204, {}, ''), answer(200, {}, '')),
  'redirect-status': () => answer(pick(301, 302), { location: '/elsewhere' }, ''),
  'redirect-relative': () => answer(302, { location: pick('/elsewhere', 'https://parity.weft.example/elsewhere') }, ''),
  'cache-control-lost': () => pick(answer(200, { 'cache-control': 'no-store' }, 'ok'), answer(200, {}, 'ok')),
  'cors-added': () => pick(answer(200, {}, 'ok'), answer(200, { 'access-control-allow-origin': '*' }, 'ok')),
  'error-type': () => { throw pick(new TypeError('no such item'), new RangeError('item 7 is gone')); },
  'swallowed-error': () => { if (!there) throw new Error('out of stock'); return text(''); },
  'env-limit': () => json({ length: (process.env.CATALOGUE ?? '').slice(0, pick(3000, 2048)).length }),
  'slow': async () => { await new Promise((done) => setTimeout(done, pick(0, 30_000))); return text('done'); },
  // what clouds do by themselves
  'large-answer': () => text('x'.repeat(6_500_000)),
  'large-request': (event) => text(String((event.body ?? '').length)),
  'region': () => json({ region: process.env.AWS_REGION ?? null }),

  'same-order-of-members': () => json(pick('{"a":1,"b":[1,2]}', '{ "b": [1, 2],\n "a": 1 }')),
  'same-number': () => json(pick('{"a":1,"b":1000,"c":0.5}', '{"a":1.0,"b":1e3,"c":5e-1}')),
  'same-escapes': () => json(pick('{"a":"é/🎈"}', '{"a":"\\u00e9\\/\\ud83c\\udf88"}')),
  'same-header-case': () => pick(answer(200, { 'X-Mine': 'yes', 'Cache-Control': 'no-store' }, 'ok'), answer(200, { 'cache-control': 'no-store', 'x-mine': 'yes' }, 'ok')),
  'same-vendor-headers': () => pick(answer(200, { 'x-amzn-trace-id': 'Root=1', date: 'Thu, 01 Jan 1970 00:00:00 GMT' }, 'ok'), answer(200, { 'x-envoy-upstream-service-time': '3', server: 'envoy' }, 'ok')),
  'same-cookies': () => pick(cookies('a=1; Path=/; HttpOnly', 'b=2'), cookies('b=2', 'a=1; httponly; path=/')),
  'same-charset': () => pick(answer(200, { 'content-type': 'application/json' }, '{"a":"é"}'), answer(200, { 'content-type': 'Application/JSON;charset="UTF-8"' }, '{"a":"é"}')),
  'same-plain-text': () => answer(200, { 'content-type': pick('text/plain', 'text/plain; charset=utf-8') }, 'only ascii'),
  'same-random-id': () => json({ id: crypto.randomUUID(), name: 'ada' }),
  'same-time': () => json({ at: Date.now() + Math.random() }),
  'same-but-ignored': () => answer(200, { 'content-type': 'application/json', 'x-build': pick('7', '8') }, JSON.stringify({ host: pick('a', 'b'), said: `by ${pick('node-1', 'node-22')}` })),
  'same-error': () => { throw new RangeError('out of "stock"'); },
  'same-empty': () => pick(answer(200, {}, ''), answer(200, { 'content-type': 'text/plain' }, '')),
  'same-bytes': () => bytes([...Array(256).keys()]),
};

export const handler = async (event) => {
  const name = (event.rawPath ?? '/event').slice(1);
  return answers[name](event);
};
