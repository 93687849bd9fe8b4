// SPDX-License-Identifier: Apache-2.0
// The function as a Lambda handler: an event of payload format 2.0 is an exchange, any other an event.
import { Failure, open } from './code.mjs';

const code = await open();

const TEXT = /^(text\/|application\/(json|javascript|xml)\b|[^;]+\+(json|xml)\b)/i;

function exchangeOf(event, about) {
  const { http } = event.requestContext;
  const headers = Object.entries(event.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'x-amzn-trace-id');
  if (event.cookies?.length > 0) {
    headers.push(['cookie', event.cookies.join('; ')]);
  }
  const given = (name) => headers.find(([each]) => each.toLowerCase() === name)?.[1];
  return {
    ...about,
    method: http.method,
    path: event.rawPath,
    query: event.rawQueryString === '' ? null : event.rawQueryString,
    headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    trace: given('traceparent'),
    host: given('host') ?? event.requestContext.domainName,
    remote: http.sourceIp,
  };
}

function answerOf({ status, headers, body }) {
  const fields = {};
  const cookies = [];
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === 'set-cookie') {
      cookies.push(value);
    } else {
      fields[key] = key in fields ? `${fields[key]},${value}` : value;
    }
  }
  const plain = TEXT.test(fields['content-type'] ?? '') && !('content-encoding' in fields);
  return {
    statusCode: status,
    headers: fields,
    ...(cookies.length > 0 && { cookies }),
    body: body.toString(plain ? 'utf8' : 'base64'),
    isBase64Encoded: !plain,
  };
}

/** JSON as it is, other text as a string, anything else in base64. */
function resultOf({ body }) {
  if (body.length === 0) {
    return null;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return /^\s*["[{\d-]|^\s*(true|false|null)\s*$/.test(text) ? jsonOr(text) : text;
  } catch {
    return body.toString('base64');
  }
}

function jsonOr(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The failure in the function's own words: an error whose fields Lambda reports. */
function thrown(error) {
  if (!(error instanceof Failure)) {
    return error;
  }
  const text = error.payload.toString();
  return Object.assign(new Error(error.message === '' ? text : `${error.message}: ${text}`), { name: error.name });
}

/** What Lambda calls. */
export async function handler(event, context) {
  context.callbackWaitsForEmptyEventLoop = false;
  const about = { id: context.awsRequestId, deadline: Date.now() + context.getRemainingTimeInMillis() };
  try {
    if (event?.version === '2.0' && event.requestContext?.http !== undefined) {
      return answerOf(await code.exchange(exchangeOf(event, about)));
    }
    const custom = context.clientContext?.custom ?? context.clientContext?.Custom ?? {};
    const attributes = Object.fromEntries(Object.entries(custom).map(([name, value]) => [name, String(value)]));
    const body = Buffer.from(JSON.stringify(event ?? null));
    return resultOf(await code.event({ ...about, contentType: 'application/json', attributes, body }));
  } catch (error) {
    throw thrown(error);
  }
}
