// SPDX-License-Identifier: Apache-2.0
// An HTTP exchange as a Lambda event and back: payload format 2.0, as function URLs send it.
import { config, Failure, field } from './code.mjs';

const NULS = Buffer.alloc(8);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A W3C trace in X-Ray's notation. */
export function xray(trace) {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(trace ?? '');
  return parts === null
    ? ''
    : `Root=1-${parts[1].slice(0, 8)}-${parts[1].slice(8)};Parent=${parts[2]};Sampled=${Number.parseInt(parts[3], 16) & 1}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The body as text where its type is one that AWS passes as text; undefined where it goes as base64. */
function textOf(contentType, body) {
  const media = (contentType ?? '').toLowerCase().split(';')[0].trim();
  const textual = media.startsWith('text/') || media.endsWith('+json') || media.endsWith('+xml')
    || ['application/json', 'application/javascript', 'application/xml'].includes(media);
  try {
    return textual ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body) : undefined;
  } catch {
    return undefined;
  }
}

/** Names to values; what comes more than once is joined by commas. */
function joined(pairs) {
  const all = {};
  for (const [name, value] of pairs) {
    all[name] = Object.hasOwn(all, name) ? `${all[name]},${value}` : value;
  }
  return all;
}

const two = (number) => String(number).padStart(2, '0');

function clf(now) {
  return `${two(now.getUTCDate())}/${MONTHS[now.getUTCMonth()]}/${now.getUTCFullYear()}:${two(now.getUTCHours())}:`
    + `${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())} +0000`;
}

/** The event of an exchange. */
export function eventOf({ method, path, query, headers, body, id, trace, host, remote }) {
  const now = new Date();
  const own = headers.map(([name, value]) => [name.toLowerCase(), value]);
  const fields = joined(own.filter(([name]) => name !== 'cookie'));
  if (trace) {
    fields['x-amzn-trace-id'] = xray(trace);
  }
  const cookies = own
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(';'))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const domain = (host ?? '').replace(/:\d+$/, '');
  const text = textOf(field(headers, 'content-type'), body);
  const parameters = (query ?? '').split('&').filter((each) => each !== '').map((each) => {
    const equals = each.indexOf('=');
    return equals < 0 ? [decoded(each), ''] : [decoded(each.slice(0, equals)), decoded(each.slice(equals + 1))];
  });
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query ?? '',
    ...(cookies.length > 0 && { cookies }),
    headers: fields,
    ...(parameters.length > 0 && { queryStringParameters: joined(parameters) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: config.name,
      domainName: domain,
      domainPrefix: domain.split('.')[0],
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: remote ?? '', userAgent: fields['user-agent'] ?? '' },
      requestId: id,
      routeKey: '$default',
      stage: '$default',
      time: clf(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: text ?? body.toString('base64') }),
    isBase64Encoded: body.length > 0 && text === undefined,
  };
}

const malformed = (message) => new Failure('Runtime.InvalidResponse', message);

function checked(status) {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw malformed(`statusCode: ${JSON.stringify(status)}: a number from 200 to 599`);
  }
  return status;
}

function fieldsOf(value, usual) {
  const headers = Object.entries(value.headers ?? {})
    .filter(([, each]) => each !== null)
    .map(([name, each]) => [name, String(each)]);
  if (field(headers, 'content-type') === undefined) {
    headers.push(['content-type', usual]);
  }
  return [...headers, ...(value.cookies ?? []).map((each) => ['set-cookie', String(each)])];
}

/** The answer that a handler's result means. */
export function answerOf({ body, streamed, prelude, type }, raw) {
  if (streamed && !prelude) {
    return { status: 200, headers: [['content-type', type]], body };
  }
  if (prelude) {
    const end = body.indexOf(NULS);
    const head = JSON.parse(body.subarray(0, end).toString());
    return {
      status: checked(head.statusCode ?? 200),
      headers: fieldsOf(head, 'application/octet-stream'),
      body: body.subarray(end + NULS.length),
    };
  }
  const value = raw ? null : parsed(body);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !('statusCode' in value)) {
    return { status: 200, headers: [['content-type', 'application/json']], body };
  }
  const status = checked(Number(value.statusCode));
  const said = value.body ?? '';
  if (typeof said !== 'string') {
    throw malformed('body: must be a string; use JSON.stringify for objects');
  }
  return {
    status,
    headers: fieldsOf(value, 'application/json'),
    body: Buffer.from(said, value.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function parsed(bytes) {
  try {
    return JSON.parse(bytes);
  } catch {
    throw malformed("the handler's answer is not JSON");
  }
}
