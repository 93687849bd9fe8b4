// SPDX-License-Identifier: Apache-2.0
// The calls that a platform sends over HTTP, as neutral ones, and their answers: whichever of the platforms it is.
import { randomUUID } from 'node:crypto';
import { config, endToEnd, Failure, field, pairs } from './code.mjs';

const OWN_BYTES_MAX = 101 << 20;

function send(response, status, headers, body) {
  response.statusCode = status;
  for (const [name, value] of endToEnd(headers)) {
    response.appendHeader(name, value);
  }
  response.setHeader('content-length', body.length);
  response.end(body);
}

/** An error of the code that opens the function, or the function's own. */
function wordsOf(error) {
  return error instanceof Failure ? error : new Failure(error?.name ?? 'Error', String(error?.message ?? error));
}

function exchangeOf(request, body, headers) {
  const at = request.url.indexOf('?');
  return {
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    query: at < 0 ? null : request.url.slice(at + 1),
    headers: endToEnd(headers),
    body,
    id: field(headers, 'weft-invocation-id') ?? randomUUID(),
    trace: field(headers, 'traceparent'),
    deadline: Date.parse(field(headers, 'weft-deadline')),
    host: field(headers, 'host'),
    remote: field(headers, 'x-forwarded-for')?.split(',')[0].trim() ?? request.socket.remoteAddress,
  };
}

/** Knative, Code Engine, Google and Azure's plain HTTP: an event is a CloudEvent in binary mode, all else an exchange. */
const plain = {
  // code of contract cloudevents takes requests that are CloudEvents as they are
  event: (request, headers) => config.contract !== 'cloudevents' && field(headers, 'ce-specversion') !== undefined,
  eventOf(request, body, headers) {
    const attributes = Object.fromEntries(headers
      .filter(([name]) => name.toLowerCase().startsWith('ce-'))
      .map(([name, value]) => [name.toLowerCase().slice(3), decodeURIComponent(value)]));
    return { ...exchangeOf(request, body, headers), contentType: field(headers, 'content-type'), attributes };
  },
  exchangeOf,
  sendResult: (response, { contentType, body }) => send(response, 200, contentType ? [['content-type', contentType]] : [], body),
  sendAnswer: (response, { status, headers, body }) => send(response, status, headers, body),
  // 502 to 504 may be the platform's own; a status of the function's is 500
  sendFailure: (response, error) => send(response, 500, [['content-type', 'application/json']], error.payload),
};

function typeOf(body) {
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'application/octet-stream';
  }
}

/** Alibaba's protocol of custom runtimes. */
const alibaba = {
  ...plain,
  event: (request, headers) => field(headers, 'x-fc-control-path') === '/invoke',
  lifecycle: (headers) => !['/invoke', '/http-invoke', undefined].includes(field(headers, 'x-fc-control-path')),
  // the platform names no type of an event
  eventOf: (request, body, headers) => ({ ...alibaba.exchangeOf(request, body, headers), attributes: {}, contentType: typeOf(body) }),
  exchangeOf(request, body, headers) {
    const id = field(headers, 'x-fc-request-id') ?? randomUUID();
    const remote = field(headers, 'x-fc-client-ip');
    const own = headers.filter(([name]) => !name.toLowerCase().startsWith('x-fc-'));
    const call = exchangeOf(request, body, own);
    return { ...call, id, remote: remote ?? call.remote };
  },
  sendResult(response, result) {
    response.setHeader('x-fc-status', '200');
    plain.sendResult(response, result);
  },
  sendFailure(response, error, event) {
    if (event) {
      response.setHeader('x-fc-status', '404');
      response.setHeader('x-fc-error-type', 'UnhandledInvocationError');
      send(response, 404, [['content-type', 'application/json']], error.payload);
    } else {
      plain.sendFailure(response, error);
    }
  },
};

/** Fn's protocol of containers. */
const fn = {
  ...plain,
  event: (request, headers) => field(headers, 'fn-intent') !== 'httprequest',
  eventOf(request, body, headers) {
    const attributes = Object.fromEntries(headers.filter(([name]) => !/^fn-|^content-|^host$|^x-b3-/i.test(name)));
    return { ...fn.about(headers), contentType: field(headers, 'content-type'), attributes, body };
  },
  exchangeOf(request, body, headers) {
    const prefix = 'fn-http-h-';
    const own = headers
      .filter(([name]) => name.toLowerCase().startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]);
    const type = field(headers, 'content-type');
    const all = type === undefined || field(own, 'content-type') !== undefined ? own : [...own, ['content-type', type]];
    const url = new URL(field(headers, 'fn-http-request-url') ?? '/', 'http://localhost');
    return {
      ...fn.about(headers),
      method: field(headers, 'fn-http-method') ?? 'POST',
      path: url.pathname,
      query: url.search === '' ? null : url.search.slice(1),
      headers: endToEnd(all),
      body,
      trace: field(all, 'traceparent'),
      host: field(all, 'host') ?? url.host,
      remote: field(all, 'x-forwarded-for')?.split(',')[0].trim(),
    };
  },
  about: (headers) => ({
    id: field(headers, 'fn-call-id') ?? randomUUID(),
    trace: field(headers, 'traceparent'),
    deadline: Date.parse(field(headers, 'fn-deadline')),
  }),
  sendAnswer(response, { status, headers, body }) {
    const type = field(headers, 'content-type');
    const prefixed = endToEnd(headers).map(([name, value]) => [`Fn-Http-H-${name}`, value]);
    send(response, 200, [['Fn-Http-Status', String(status)], ...(type ? [['content-type', type]] : []), ...prefixed], body);
  },
  /** The platform tells the caller only that it failed; the log says why. */
  sendFailure(response, error) {
    console.error(`${error.name}: ${error.message}: ${error.payload}`);
    send(response, 502, [['content-type', 'application/json']], error.payload);
  },
};

const PROTOCOLS = { alibaba, fn, azure: plain, google: plain, knative: plain };

async function whole(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > OWN_BYTES_MAX) {
      throw new Failure('RequestTooLarge', `the body has more than ${OWN_BYTES_MAX} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Serves one request of the platform; `read` is its body where somebody has read it already. */
export async function serve(code, request, response, read) {
  const protocol = PROTOCOLS[config.target];
  const headers = pairs(request.rawHeaders);
  const event = protocol.event(request, headers);
  try {
    const body = read ?? (await whole(request));
    if (protocol.lifecycle?.(headers)) {
      response.setHeader('x-fc-status', '200');
      send(response, 200, [], Buffer.alloc(0));
    } else if (event) {
      protocol.sendResult(response, await code.event(protocol.eventOf(request, body, headers)));
    } else {
      protocol.sendAnswer(response, await code.exchange(protocol.exchangeOf(request, body, headers)));
    }
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
    } else {
      protocol.sendFailure(response, wordsOf(error), event);
    }
  }
}
