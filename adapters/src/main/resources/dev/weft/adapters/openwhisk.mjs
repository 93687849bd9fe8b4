// SPDX-License-Identifier: Apache-2.0
// The function as an OpenWhisk action: a web action's call is an exchange, any other an event of its parameters.
import { open } from './code.mjs';

const opening = open();
opening.catch(() => {}); // told to whoever calls

const RESERVED = ['__ow_method', '__ow_headers', '__ow_path', '__ow_user', '__ow_query', '__ow_body'];
const media = (type) => (type ?? '').split(';')[0].trim().toLowerCase();
const json = (type) => type === 'application/json' || type.endsWith('+json');
const text = (type) => type.startsWith('text/') || (type.endsWith('+xml') && !type.startsWith('image/'))
  || ['application/javascript', 'application/xml', 'application/x-www-form-urlencoded'].includes(type);

/** The body as near to what was sent as the platform lets it be: JSON and forms come as parameters. */
function bodyOf(parameters, type) {
  const own = Object.entries(parameters).filter(([name]) => !RESERVED.includes(name));
  const raw = parameters.__ow_body;
  if (raw === undefined) {
    if (type === 'application/x-www-form-urlencoded') {
      return Buffer.from(new URLSearchParams(own.map(([name, value]) => [name, String(value)])).toString());
    }
    return json(type) ? Buffer.from(JSON.stringify(Object.fromEntries(own))) : Buffer.alloc(0);
  }
  if (json(type)) {
    return typeof raw === 'string' && parameters.__ow_query !== undefined
      ? Buffer.from(raw, 'base64') // a raw web action's
      : Buffer.from(JSON.stringify(raw));
  }
  return Buffer.from(raw, text(type) ? 'utf8' : 'base64');
}

function exchangeOf(parameters, about) {
  const headers = Object.entries(parameters.__ow_headers ?? {});
  const given = (name) => headers.find(([each]) => each.toLowerCase() === name)?.[1];
  const type = media(given('content-type'));
  const hasBody = json(type) || type === 'application/x-www-form-urlencoded';
  // without a body of named fields, all parameters came in the query
  const query = parameters.__ow_query
    ?? (hasBody ? '' : new URLSearchParams(Object.entries(parameters).filter(([name]) => !RESERVED.includes(name))).toString());
  return {
    ...about,
    method: parameters.__ow_method.toUpperCase(),
    path: parameters.__ow_path || '/',
    query: query === '' ? null : query,
    headers,
    body: bodyOf(parameters, type),
    trace: given('traceparent'),
    host: given('host'),
    remote: given('x-forwarded-for')?.split(',')[0].trim(),
  };
}

function answerOf({ status, headers, body }) {
  const fields = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    fields[key] = key in fields ? [].concat(fields[key], value) : value;
  }
  if (body.length === 0) {
    return { statusCode: status, headers: fields };
  }
  fields['content-type'] ??= 'application/octet-stream'; // the platform would take it for HTML
  const type = media(fields['content-type']);
  if (json(type)) {
    try {
      const value = JSON.parse(body);
      return { statusCode: status, headers: fields, body: typeof value === 'object' && value !== null ? value : body.toString('base64') };
    } catch {
      return { statusCode: status, headers: fields, body: body.toString('base64') };
    }
  }
  return { statusCode: status, headers: fields, body: body.toString(text(type) ? 'utf8' : 'base64') };
}

function failureOf(error) {
  try {
    return JSON.parse(error.payload);
  } catch {
    return { errorType: error.name, errorMessage: `${error.message}: ${error.payload ?? ''}` };
  }
}

/** What the platform calls. */
export async function main(parameters) {
  const about = { id: process.env.__OW_ACTIVATION_ID, deadline: Number(process.env.__OW_DEADLINE) };
  let code;
  try {
    code = await opening;
  } catch (error) {
    throw new Error(`${error.name}: ${error.message}`);
  }
  try {
    if (typeof parameters.__ow_method === 'string') {
      return answerOf(await code.exchange(exchangeOf(parameters, about)));
    }
    const body = Buffer.from(JSON.stringify(parameters));
    const result = await code.event({ ...about, contentType: 'application/json', attributes: {}, body });
    return resultOf(result);
  } catch (error) {
    const failure = failureOf(error);
    return typeof parameters.__ow_method === 'string'
      ? { error: { statusCode: 500, headers: { 'content-type': 'application/json' }, body: failure } }
      : { error: failure };
  }
}

/** An action's result is an object; any other value stands under `result`. */
function resultOf({ contentType, body }) {
  if (body.length === 0) {
    return {};
  }
  try {
    const value = JSON.parse(body);
    return value !== null && typeof value === 'object' ? value : { result: value };
  } catch {
    return { contentType, result: text(media(contentType)) ? body.toString() : body.toString('base64') };
  }
}
