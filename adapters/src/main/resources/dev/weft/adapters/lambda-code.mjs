// SPDX-License-Identifier: Apache-2.0
// A Lambda handler behind a Lambda Runtime API of one process: the handler runs in a child under the same start-up loop as
// on Weft's engine, so its styles, its errors and its context are Lambda's. One call at a time; more of them wait in line.
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { config, Failure, HERE, ROOT, until } from './code.mjs';
import { answerOf, eventOf, xray } from './payload.mjs';

const SECRET = randomBytes(24).toString('hex');
const BASE = `/${SECRET}/2018-06-01/runtime`;
const PRELUDE = 'application/vnd.awslambda.http-integration-response';
const QUEUE_MAX = 1000;

process.on('exit', () => child?.kill('SIGKILL'));

const line = [];
let polled = null;
let serving = null;
let child = null;
let starting = null;
let api;

const read = async (request) => {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  return Buffer.concat(parts);
};

function reply(response, status, body = '{"status":"OK"}') {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Hands the next call to the child, if there is one and it waits. */
function next() {
  if (polled === null || serving !== null || line.length === 0) {
    return;
  }
  serving = line.shift();
  const response = polled;
  polled = null;
  serving.deadline = until(serving.deadline);
  serving.timer = setTimeout(expire, Math.max(1, serving.deadline - Date.now()));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': serving.event.length,
    'lambda-runtime-aws-request-id': serving.id,
    'lambda-runtime-deadline-ms': serving.deadline,
    'lambda-runtime-invoked-function-arn': `arn:aws:lambda:${process.env.AWS_REGION ?? 'us-east-1'}:000000000000:function:${config.name}`,
    'lambda-runtime-trace-id': xray(serving.trace),
  });
  response.end(serving.event);
}

function settle(how) {
  const call = serving;
  serving = null;
  if (call !== null) {
    clearTimeout(call.timer);
    how(call);
  }
}

/** Ends a child that has taken too long, as Lambda does. */
function expire() {
  const seconds = (config.timeoutMillis / 1000).toFixed(2);
  settle((call) => call.reject(
    new Failure('Sandbox.Timedout', `RequestId: ${call.id} Error: Task timed out after ${seconds} seconds`)));
  child?.kill('SIGKILL');
}

function failed(bytes, type) {
  try {
    const said = JSON.parse(bytes);
    return new Failure(said.errorType ?? type ?? 'Unknown', said.errorMessage ?? '', bytes);
  } catch {
    return new Failure(type ?? 'Unknown', 'the runtime reported an error that is not JSON');
  }
}

/** What a handler that streams says of its failure, after it has begun. */
function broken(trailers) {
  const type = trailers['lambda-runtime-function-error-type'];
  return type === undefined ? null : failed(Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64'), type);
}

async function serve(request, response) {
  const path = request.url;
  if (!path.startsWith(`${BASE}/`)) {
    reply(response, 403, '{"errorType":"Forbidden"}');
  } else if (request.method === 'GET' && path === `${BASE}/invocation/next`) {
    polled = response;
    starting?.ready();
    next();
  } else if (path === `${BASE}/init/error`) {
    starting?.wrong(failed(await read(request), request.headers['lambda-runtime-function-error-type']));
    reply(response, 202);
  } else if (path === `${BASE}/invocation/${serving?.id}/error`) {
    const error = failed(await read(request), request.headers['lambda-runtime-function-error-type']);
    settle((call) => call.reject(error));
    reply(response, 202);
  } else if (path === `${BASE}/invocation/${serving?.id}/response`) {
    const body = await read(request);
    const error = broken(request.trailers);
    const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
    const prelude = streamed && request.headers['content-type'] === PRELUDE;
    const type = request.headers['content-type'];
    settle((call) => (error ? call.reject(error) : call.resolve({ body, streamed, prelude, type })));
    reply(response, 202);
  } else {
    reply(response, 400, '{"errorType":"InvalidRequestID","errorMessage":"no such call"}');
  }
}

/** Starts the child; resolves once it asks for its first call. */
function start() {
  starting = {};
  const ready = new Promise((resolve, reject) => Object.assign(starting, { ready: resolve, wrong: reject }));
  const env = {
    ...process.env,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.address().port}/${SECRET}`,
    _HANDLER: config.handler,
    LAMBDA_TASK_ROOT: ROOT,
    LAMBDA_RUNTIME_DIR: HERE,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMebibytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${config.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${randomBytes(16).toString('hex')}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
  };
  for (const name of ['PORT', 'FUNCTION_TARGET', 'FN_LISTENER', 'FC_SERVER_PORT', 'FUNCTIONS_CUSTOMHANDLER_PORT']) {
    delete env[name]; // the front's, not the handler's
  }
  const own = spawn(process.execPath, [`${HERE}/lambda-start.mjs`], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  child = own;
  own.once('exit', (status, signal) => {
    const how = signal === null ? `exit status ${status}` : `signal: ${signal}`;
    const error = new Failure('Runtime.ExitError', `Runtime exited with error: ${how}`);
    starting?.wrong(error);
    child = null;
    polled = null;
    settle((call) => call.reject(error));
    // those that wait have done nothing yet: they get a new child
    if (line.length > 0) {
      start().then(next, (why) => line.splice(0).forEach((call) => call.reject(why)));
    }
  });
  return ready.finally(() => (starting = null));
}

function call(event, { id, trace, deadline }) {
  return new Promise((resolve, reject) => {
    if (line.length >= QUEUE_MAX) {
      reject(new Failure('TooManyRequestsException', `more than ${QUEUE_MAX} calls wait`));
      return;
    }
    line.push({ event, id: id ?? randomUUID(), trace, deadline, resolve, reject });
    if (child === null && starting === null) {
      start().then(next, (why) => line.splice(0).forEach((each) => each.reject(why)));
    } else {
      next();
    }
  });
}

/** Opens it. */
export async function open() {
  api = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true }, (request, response) =>
    serve(request, response).catch((error) => response.destroy(error)));
  await new Promise((listening) => api.listen(0, '127.0.0.1', listening));
  api.unref();
  await start();
  return {
    async exchange(exchange) {
      const raw = config.payload === 'raw';
      const event = raw ? exchange.body : Buffer.from(JSON.stringify(eventOf(exchange)));
      return answerOf(await call(event, exchange), raw);
    },
    async event(event) {
      const { body, streamed, type } = await call(event.body, event);
      return { contentType: streamed ? type : 'application/json', body };
    },
  };
}
