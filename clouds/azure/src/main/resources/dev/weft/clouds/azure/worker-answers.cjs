// SPDX-License-Identifier: Apache-2.0
// What '@azure/functions' makes of a call, as Weft hears it: an HTTP answer as itself, a result or a failure as JSON.
'use strict';

const { write } = require('./azure-functions-worker-core.cjs');

const OUTCOME = 'weft-azure-outcome';
const VALUE_CHARS_MAX = 4096;

function plain(data) {
  if (data === null || data === undefined) {
    return null;
  }
  if (data.string !== undefined) {
    return data.string;
  }
  if (data.json !== undefined) {
    return JSON.parse(data.json);
  }
  if (data.bytes !== undefined) {
    return Buffer.from(data.bytes).toString('base64');
  }
  return data.int ?? data.double ?? null;
}

/** Outputs that nobody here takes: said in the log, and handed back with an event's result. */
function outputsOf(metadata, said) {
  const outputs = {};
  const values = [...(said.outputData ?? []), { name: '$return', data: said.returnValue }];
  for (const { name, data } of values) {
    const binding = metadata.bindings[name];
    const value = plain(data);
    if (binding?.direction === 'out' && binding.type.toLowerCase() !== 'http' && value !== null) {
      outputs[name] = value;
      const text = JSON.stringify(value).slice(0, VALUE_CHARS_MAX);
      write(
        'warning',
        'user',
        `Output binding '${name}' was set and went nowhere: no service of type ${binding.type} is here. Value: ${text}`,
      );
    }
  }
  return outputs;
}

function cookieText({ name, value, domain, path: at, expires, secure, httpOnly, sameSite, maxAge }) {
  const plainValue = (each) => (each !== null && typeof each === 'object' && 'value' in each ? each.value : each);
  const parts = [`${name}=${encodeURIComponent(value)}`];
  const add = (word, each) => {
    const text = plainValue(each);
    if (text !== undefined && text !== null && text !== '') {
      parts.push(`${word}=${text}`);
    }
  };
  add('Max-Age', maxAge);
  add('Domain', domain);
  add('Path', at);
  const until = plainValue(expires);
  if (until !== undefined && until !== null) {
    const seconds = typeof until === 'object' && 'seconds' in until ? Number(until.seconds) * 1000 : until;
    parts.push(`Expires=${new Date(seconds).toUTCString()}`);
  }
  if (plainValue(httpOnly)) {
    parts.push('HttpOnly');
  }
  if (plainValue(secure)) {
    parts.push('Secure');
  }
  const site = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' }[sameSite];
  add('SameSite', site);
  return parts.join('; ');
}

function respondHttp(response, data) {
  if (!data) {
    response.writeHead(204, { [OUTCOME]: 'response' }).end();
    return;
  }
  const { statusCode, headers, cookies, body } = data.http;
  const bytes = body?.bytes ? Buffer.from(body.bytes) : Buffer.from(body?.string ?? body?.json ?? '');
  for (const [name, value] of Object.entries(headers ?? {})) {
    response.setHeader(name, value);
  }
  if (cookies?.length > 0) {
    response.setHeader('set-cookie', cookies.map(cookieText));
  }
  response.setHeader(OUTCOME, 'response');
  const status = Number(statusCode);
  if (status !== 204 && status !== 304) {
    response.setHeader('content-length', bytes.length);
  }
  response.removeHeader('transfer-encoding');
  response.writeHead(status).end(bytes);
}

function respondJson(response, outcome, value) {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { [OUTCOME]: outcome, 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

function resultOf(returned, outputs) {
  if (returned === null || returned === undefined) {
    return { kind: 'none', outputs };
  }
  if (returned.string !== undefined) {
    return { kind: 'text', value: returned.string, outputs };
  }
  if (returned.bytes !== undefined) {
    return { kind: 'bytes', value: Buffer.from(returned.bytes).toString('base64'), outputs };
  }
  return { kind: 'json', value: returned.json ?? String(returned.int ?? returned.double), outputs };
}

function failureOf(thrown, reason) {
  const error = thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : JSON.stringify(thrown));
  return { reason, type: error.name, message: error.message, stackTrace: error.stack ?? '' };
}

module.exports = { OUTCOME, outputsOf, respondHttp, respondJson, resultOf, failureOf };
