// SPDX-License-Identifier: Apache-2.0
// Starts a Node.js handler of Function Compute and serves it calls by the protocol of custom runtimes. Weft's own, since
// Alibaba publishes no host. No dependency but Node itself.
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const BEFORE_ES_MODULES = 16;

/** The files that a handler may stand in, known once `main` is called. */
let endings = [];

/** The call being served: one at a time. */
let serving = '';

/** What is written to the console carries time, request and level, as on the platform. */
function line(out, level, request) {
  return (...words) => out.write(`${new Date().toISOString()} ${request()} [${level}] ${format(...words)}\n`);
}

function takeConsole() {
  const now = () => serving;
  console.log = line(process.stdout, 'verbose', now);
  console.debug = line(process.stdout, 'debug', now);
  console.info = line(process.stdout, 'info', now);
  console.warn = line(process.stderr, 'warn', now);
  console.error = line(process.stderr, 'error', now);
}

function failure(name, message) {
  return Object.assign(new Error(message), { name });
}

/** Loads the function that `dir/file.name` means. */
async function load(handler) {
  const match = /^([^.]+)\.([\w$]+)$/.exec(basename(handler));
  if (!match) {
    throw failure('HandlerNotFound', `Invalid handler '${handler}': it must be file.function`);
  }
  const stem = join(process.env.FC_FUNC_CODE_PATH, dirname(handler), match[1]);
  const file = endings.map((ending) => stem + ending).find((path) => existsSync(path));
  if (file === undefined) {
    throw failure('MODULE_NOT_FOUND', `Cannot find module '${stem}' (${endings.join(', ')})`);
  }
  const module = await import(pathToFileURL(file).href);
  const found = module[match[2]] ?? module.default?.[match[2]];
  if (typeof found !== 'function') {
    throw failure('HandlerNotFound', `Module '${file}' is missing a function '${match[2]}'`);
  }
  return found;
}

/** Function Compute 2.0's HTTP handlers are told by their first two parameters: (req, resp, context). */
function takesHttp(handler) {
  const parameters = /^[^(=]*\(([^)]*)\)/.exec(Function.prototype.toString.call(handler))?.[1] ?? '';
  const names = parameters.split(',').map((each) => each.trim());
  return /^req(uest)?$/.test(names[0]) && /^res(p|ponse)?$/.test(names[1] ?? '');
}

function baggage(text) {
  try {
    return text ? JSON.parse(Buffer.from(text, 'base64').toString()) : {};
  } catch {
    return {};
  }
}

function contextOf(head) {
  const id = head['x-fc-request-id'];
  const own = () => id;
  const logger = { requestId: id, setLogLevel() {} };
  for (const [name, level] of [['debug', 'debug'], ['info', 'info'], ['log', 'verbose']]) {
    logger[name] = line(process.stdout, level, own);
  }
  for (const name of ['warn', 'error']) {
    logger[name] = line(process.stderr, name, own);
  }
  return {
    requestId: id,
    credentials: {
      accessKeyId: head['x-fc-access-key-id'] || process.env.ALIBABA_CLOUD_ACCESS_KEY_ID || '',
      accessKeySecret: head['x-fc-access-key-secret'] || process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET || '',
      securityToken: head['x-fc-security-token'] || process.env.ALIBABA_CLOUD_SECURITY_TOKEN || '',
    },
    function: {
      name: head['x-fc-function-name'],
      handler: head['x-fc-function-handler'],
      memory: Number(head['x-fc-function-memory']),
      timeout: Number(head['x-fc-function-timeout']),
      initializer: head['x-fc-function-initializer'],
      initializationTimeout: Number(head['x-fc-initialization-timeout'] ?? 0),
    },
    service: {
      name: head['x-fc-service-name'],
      logProject: head['x-fc-service-logproject'],
      logStore: head['x-fc-service-logstore'],
      qualifier: head['x-fc-qualifier'],
      versionId: head['x-fc-version-id'],
    },
    region: head['x-fc-region'],
    accountId: head['x-fc-account-id'],
    retryCount: Number(head['x-fc-retry-count'] ?? 0),
    tracing: {
      spanContext: head['x-fc-tracing-opentracing-span-context'],
      jaegerEndpoint: head['x-fc-tracing-jaeger-endpoint'],
      spanBaggages: head['x-fc-tracing-opentracing-span-baggages'],
      parseOpenTracingBaggages: () => baggage(head['x-fc-tracing-opentracing-span-baggages']),
    },
    logger,
  };
}

/** An error that the handler gave to its callback, not one that it threw. */
class Handed {
  constructor(error) {
    this.error = error;
  }
}

/** Calls a function that ends by promise, by callback or by returning; `before` are its arguments but the callback. */
function run(handler, ...before) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(new Handed(error));
    const result = handler(...before, callback);
    // one that names the callback and says nothing by its promise will call back
    const callsBack = handler.length > before.length;
    if (typeof result?.then === 'function') {
      result.then((value) => (value === undefined && callsBack ? undefined : resolve(value)), reject);
    } else if (!callsBack) {
      resolve(result);
    }
  });
}

function bytesOf(result) {
  if (Buffer.isBuffer(result) || result instanceof Uint8Array) {
    return ['application/octet-stream', Buffer.from(result.buffer, result.byteOffset, result.byteLength)];
  }
  if (typeof result === 'object') {
    return ['application/json', Buffer.from(JSON.stringify(result))];
  }
  return ['text/plain; charset=utf-8', Buffer.from(result === undefined ? '' : String(result))];
}

function send(answer, status, fields, bytes) {
  answer.writeHead(status, { 'x-fc-status': '200', ...fields, 'content-length': bytes.length });
  answer.end(bytes);
}

function sendFailure(answer, thrown) {
  const handed = thrown instanceof Handed;
  const error = handed ? thrown.error : thrown;
  const words =
    error instanceof Error
      ? { errorMessage: error.message, errorType: error.name, stackTrace: String(error.stack).split('\n') }
      : { errorMessage: typeof error === 'string' ? error : JSON.stringify(error), errorType: typeof error, stackTrace: [] };
  console.error(words.stackTrace.length > 0 ? words.stackTrace.join('\n') : words.errorMessage);
  const type = handed ? 'HandledInvocationError' : 'UnhandledInvocationError';
  const fields = { 'x-fc-status': '404', 'x-fc-error-type': type, 'content-type': 'application/json' };
  send(answer, 404, fields, Buffer.from(JSON.stringify(words)));
}

/** A request as Function Compute 2.0 hands it over: a stream of its body, with what else is known of it. */
function requestOf(message, body) {
  const request = new Readable({ read() {} });
  request.push(body.length > 0 ? body : null);
  if (body.length > 0) {
    request.push(null);
  }
  const url = new URL(message.url, 'http://localhost');
  const queries = {};
  for (const name of url.searchParams.keys()) {
    const values = url.searchParams.getAll(name);
    queries[name] = values.length > 1 ? values : values[0];
  }
  const headers = Object.fromEntries(Object.entries(message.headers).filter(([name]) => !name.startsWith('x-fc-')));
  return Object.assign(request, {
    body, queries, headers,
    method: message.method,
    path: decodeURIComponent(url.pathname),
    url: message.url,
    clientIP: message.headers['x-fc-client-ip'] ?? '',
  });
}

/** Lets an HTTP handler answer; done when it has sent. */
function serveHttp(handler, message, body, context, answer) {
  return new Promise((resolve, reject) => {
    const fields = {};
    let status = 200;
    const response = {
      setStatusCode: (code) => { status = code; },
      setHeader: (name, value) => { fields[String(name).toLowerCase()] = value; },
      deleteHeader: (name) => { delete fields[String(name).toLowerCase()]; },
      hasHeader: (name) => String(name).toLowerCase() in fields,
      send: async (content) => {
        try {
          const parts = [];
          if (content instanceof Readable) {
            for await (const part of content) {
              parts.push(Buffer.from(part));
            }
          } else if (content !== undefined && content !== null) {
            parts.push(Buffer.from(content));
          }
          resolve(() => send(answer, status, fields, Buffer.concat(parts)));
        } catch (error) {
          reject(error);
        }
      },
    };
    const result = handler(requestOf(message, body), response, context);
    if (typeof result?.then === 'function') {
      result.then(undefined, reject);
    }
  });
}

let handler;
let failed;
let http = false;

/** The platform's own lines, without time and level. */
function platform(text) {
  process.stdout.write(text + '\n');
}

/** Runs one of the function's hooks, if it has that one. */
async function hook(name, field, head) {
  const written = head[field];
  if (!written) {
    return;
  }
  platform(`FC ${name} Start RequestId: ${serving}`);
  try {
    await run(await load(written), contextOf(head));
  } finally {
    platform(`FC ${name} End RequestId: ${serving}`);
  }
}

async function initialize(message, answer) {
  if (failed !== undefined) {
    throw failed;
  }
  await hook('Initialize', 'x-fc-function-initializer', message.headers);
  send(answer, 200, { 'x-fc-handler-style': http ? 'http' : 'event' }, Buffer.alloc(0));
}

async function stop(message, answer) {
  await hook('PreStop', 'x-fc-instance-lifecycle-pre-stop-handler', message.headers);
  send(answer, 200, {}, Buffer.alloc(0));
}

async function invoke(message, body, answer) {
  platform('FC Invoke Start RequestId: ' + serving);
  const context = contextOf(message.headers);
  let sending;
  try {
    if (http) {
      sending = await serveHttp(handler, message, body, context, answer);
    } else {
      const [type, bytes] = bytesOf(await run(handler, body, context));
      sending = () => send(answer, 200, { 'content-type': type }, bytes);
    }
  } catch (error) {
    sending = () => sendFailure(answer, error);
  }
  platform('FC Invoke End RequestId: ' + serving);
  try {
    sending();
  } catch (error) {
    // for example a header field that HTTP does not allow
    sendFailure(answer, error);
  }
}

async function serve(message, answer) {
  const parts = [];
  for await (const part of message) {
    parts.push(part);
  }
  serving = message.headers['x-fc-request-id'] ?? '';
  const lifecycle = { '/initialize': initialize, '/pre-stop': stop }[message.headers['x-fc-control-path']];
  if (lifecycle === undefined) {
    await invoke(message, Buffer.concat(parts), answer);
  } else {
    await lifecycle(message, answer).catch((error) => sendFailure(answer, error));
  }
}

/** Loads the handler, then serves for as long as the instance lives. */
export async function main() {
  const version = Number(/^nodejs(\d+)/.exec(process.env.WEFT_FC_RUNTIME ?? '')?.[1] ?? 0);
  delete process.env.WEFT_FC_RUNTIME;
  endings = version > 0 && version <= BEFORE_ES_MODULES ? ['.js'] : ['.js', '.mjs', '.cjs'];
  takeConsole();
  try {
    handler = await load(process.env.FC_FUNCTION_HANDLER);
    http = takesHttp(handler);
  } catch (error) {
    failed = error;
  }
  // connections are kept for as long as the platform keeps them
  const patient = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true, maxHeaderSize: 64 * 1024 };
  createServer(patient, (message, answer) => {
    serve(message, answer).catch((broken) => {
      console.error(broken);
      answer.destroy();
    });
  }).listen(Number(process.env.FC_SERVER_PORT), '127.0.0.1');
}
