// SPDX-License-Identifier: Apache-2.0
// Starts a Node.js Lambda handler and serves it calls from the Lambda Runtime API (version 2018-06-01).
// Weft's own, held to the same tests as AWS's runtime client. No dependency but Node itself.
import { Agent, request } from 'node:http';
import { existsSync, promises, readFileSync } from 'node:fs';
import 'node:fs/promises'; // takes its names before `loading` has a hand in one
import { join, dirname, basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';

// Where the Runtime API is; known once `main` is called. Nothing above that depends on the environment.
let host;
let port;
let base;

// One connection is enough: the next poll starts only after the last answer has been taken.
const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 0 });

// Names that libraries for Lambda know: how a handler says that it streams.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';
const NULS = Buffer.alloc(8);

/** Begins a request to the Runtime API; resolves with status, header fields and body of its answer. */
function open(method, path, headers, take) {
  return new Promise((resolve, reject) => {
    const asking = request({ host, port, agent, method, path: base + path, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
      answer.on('error', reject);
    });
    asking.on('error', reject);
    take(asking);
  });
}

const poll = () => open('GET', '/invocation/next', {}, (asking) => asking.end());

function post(path, body, headers = {}) {
  const bytes = Buffer.from(body);
  const fields = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers };
  return open('POST', path, fields, (asking) => asking.end(bytes));
}

/** An error of the runtime's own, named as AWS's runtime names it. */
function failure(name, message) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  return error;
}

/** An error in Lambda's words. */
function words(error) {
  if (error instanceof Error || (error?.name && error?.message && error?.stack)) {
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

let serving = null;

/** A line of log as AWS's runtime writes it. */
function logged(kind, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(thrown);
  const said = { errorType: error.name, errorMessage: error.message, code: error.code, ...error };
  let json;
  try {
    json = JSON.stringify({ ...said, stack: String(error.stack).split('\n') });
  } catch {
    json = JSON.stringify(words(error));
  }
  process.stdout.write(`${new Date().toISOString()}\t${serving ?? 'undefined'}\tERROR\t${kind} \t${json}\n`);
}

function report(path, error) {
  const said = words(error);
  return post(path, JSON.stringify(said), { 'lambda-runtime-function-error-type': said.errorType.replace(/[^ -~]/g, '?') });
}

/** What a streaming handler writes to. Its request begins with the first byte, so that its type can still be set. */
class ResponseStream extends Writable {
  #path;
  #headers = {
    'content-type': 'application/octet-stream',
    'lambda-runtime-function-response-mode': 'streaming',
    trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
  };
  #prelude = null;
  #request = null;
  #taken = null;

  constructor(path, highWaterMark) {
    super({ highWaterMark });
    this.#path = path;
    // what breaks the stream is told by the call that serves it
    this.on('error', () => {});
  }

  setContentType(type) {
    if (this.#request !== null) {
      throw failure('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    }
    this.#headers['content-type'] = type;
  }

  setPrelude(prelude) {
    this.setContentType(WITH_PRELUDE);
    this.#prelude = JSON.stringify(prelude);
  }

  write(chunk, encoding, callback) {
    const plain = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  #begin() {
    if (this.#request === null) {
      this.#taken = open('POST', this.#path, this.#headers, (asking) => (this.#request = asking));
      // whoever waits for room in a stream that is refused or broken off would wait for ever
      const broken = () => this.destroy(failure('TruncatedResponse', 'The streamed answer was broken off.'));
      this.#taken.then(({ status }) => status >= 400 && broken(), broken);
      this.#request.on('close', () => this.#request.writableFinished || broken());
      if (this.#prelude !== null) {
        this.#request.write(Buffer.concat([Buffer.from(this.#prelude), NULS]));
      }
    }
    return this.#request;
  }

  _write(chunk, encoding, done) {
    this.#begin().write(chunk, encoding, done);
  }

  _writev(chunks, done) {
    const asking = this.#begin();
    asking.cork();
    chunks.slice(0, -1).forEach(({ chunk, encoding }) => asking.write(chunk, encoding));
    const last = chunks[chunks.length - 1];
    asking.write(last.chunk, last.encoding, done);
    asking.uncork();
  }

  _final(done) {
    this.#begin().end();
    this.#taken.then(() => done(), done);
  }

  _destroy(error, done) {
    if (this.#request !== null && !this.#request.writableEnded) {
      this.#request.destroy();
    }
    done(error);
  }

  /** Ends the answer as a failed one: whoever reads it sees that it is not whole. */
  async fail(error) {
    const said = words(error);
    const asking = this.#begin();
    if (asking.writableEnded || asking.destroyed) {
      return;
    }
    asking.addTrailers({
      'Lambda-Runtime-Function-Error-Type': said.errorType.replace(/[^ -~]/g, '?'),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(said)).toString('base64'),
    });
    asking.end();
    await this.#taken.catch(() => {});
    this.destroy();
  }
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    if (typeof options?.highWaterMark === 'number') {
      handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
    }
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, prelude) {
      stream.setPrelude(prelude);
      return stream;
    }
  },
};

/**
 * Runs `load`, during which Node reads the files of ES modules as they are asked for. By itself it has its pool of threads
 * do that, which takes longer than all the rest of a small module's start: four times there and back.
 */
async function loading(load) {
  const { readFile } = promises;
  let over = false;
  promises.readFile = async (file, ...more) =>
    over || more.length > 0 || !(file instanceof URL) ? readFile(file, ...more) : readFileSync(file);
  try {
    return await load();
  } finally {
    over = true;
    promises.readFile = readFile;
  }
}

/** Finds `dir/file.export.nested` under the task root: ES module or CommonJS, whichever the file is. */
async function load(root, name) {
  if (name.includes('..')) {
    throw failure(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const match = basename(name).match(/^([^.]*)\.(.*)$/);
  if (!match) {
    throw failure('MalformedHandlerName', 'Bad handler');
  }
  const stem = join(root, dirname(name), match[1]);
  const file = ['.js', '.mjs', '.cjs'].map((end) => stem + end).find((path) => existsSync(path));
  let module;
  try {
    if (file === undefined) {
      const path = createRequire(join(root, 'index.js')).resolve(match[1], { paths: [root, join(root, dirname(name))] });
      module = createRequire(path)(path);
    } else {
      module = file.endsWith('.cjs') ? createRequire(file)(file) : await loading(() => import(pathToFileURL(file).href));
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(failure('UserCodeSyntaxError', String(error)), { stack: error.stack });
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw Object.assign(failure('ImportModuleError', String(error)), { stack: error.stack });
    }
    throw error;
  }
  const find = (from) => match[2].split('.').reduce((at, key) => at && at[key], from);
  const handler = find(module) ?? find(module.default);
  if (!handler) {
    throw failure('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw failure('HandlerNotFound', `${name} is not a function`);
  }
  if (process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs24.x' && !handler[STREAMING] && handler.length > 2) {
    throw failure(
      'CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.');
  }
  if (handler[STREAMING] && handler[STREAMING] !== 'response') {
    throw failure('MalformedStreamingHandler', 'Only response streaming is supported.');
  }
  return handler;
}

// What happens when the handler's event loop has nothing left to do.
let idle = () => {};
process.on('beforeExit', () => idle());
const idled = () => new Promise((resolve) => (idle = () => setImmediate(resolve)));

/** What a handler is told of its call, besides the event. */
function contextOf(head) {
  const deadline = Number(head['lambda-runtime-deadline-ms']);
  const parsed = (name, field) => {
    try {
      return head[field] === undefined ? undefined : JSON.parse(head[field]);
    } catch (error) {
      throw new Error(`Cannot parse ${name} as json: ${error}`);
    }
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed('ClientContext', 'lambda-runtime-client-context'),
    identity: parsed('CognitoIdentity', 'lambda-runtime-cognito-identity'),
    invokedFunctionArn: head['lambda-runtime-invoked-function-arn'],
    awsRequestId: head['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Calls the handler in whichever of Lambda's styles it is written: promise, callback, or context.done. */
function call(handler, event, head) {
  return new Promise((resolve, reject) => {
    const context = contextOf(head);
    const done = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    const callback = (error, result) => {
      if ((error === undefined || error === null) && context.callbackWaitsForEmptyEventLoop) {
        idled().then(() => resolve(result));
      } else {
        done(error, result);
      }
    };
    Object.assign(context, { done, succeed: (result) => done(null, result), fail: (error) => done(error ?? 'handled') });
    // nothing left to do and no word from the handler: that is its answer
    idled().then(() => resolve(null));
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') {
      result.then(resolve, (error) => reject(error ?? 'handled'));
    }
  });
}

function json(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function answer(handler, event, head, path) {
  let said;
  try {
    said = json(await call(handler, JSON.parse(event), head));
  } catch (error) {
    logged('Invoke Error', error);
    await report(`${path}/error`, error);
    return;
  }
  await post(`${path}/response`, said);
}

let streaming = null;

async function stream(handler, event, head, path) {
  const out = new ResponseStream(`${path}/response`, handler[HIGH_WATER_MARK]);
  streaming = out;
  const over = new Promise((resolve) => out.once('close', resolve));
  const broken = new Promise((resolve, reject) => out.once('error', reject));
  try {
    const context = contextOf(head);
    const result = handler(JSON.parse(event), out, context);
    if (typeof result?.then !== 'function') {
      broken.catch(() => {});
      throw 'Streaming does not support non-async handlers.';
    }
    if ((await Promise.race([result, broken])) !== undefined) {
      console.warn('Streaming handlers ignore return values.');
    }
    await Promise.race([over, broken]);
    if (context.callbackWaitsForEmptyEventLoop) {
      await idled();
    }
  } catch (error) {
    logged('Invoke Error', error);
    await out.fail(error);
    if (out.errored) {
      agent.destroy(); // the connection that broke must not carry the next poll
    }
  } finally {
    streaming = null;
  }
}

/** An error that no handler caught ends the process; the call being served hears of it first. */
async function uncaught(kind, error, status) {
  logged(kind, error);
  try {
    if (streaming !== null) {
      await streaming.fail(error);
    } else {
      await report(serving === null ? '/init/error' : `/invocation/${serving}/error`, error);
    }
  } finally {
    process.exit(status);
  }
}

const CAUGHT = [
  ['uncaughtException', (error) => uncaught('Uncaught Exception', error, 129)],
  ['unhandledRejection', (reason) =>
    uncaught('Unhandled Promise Rejection', Object.assign(failure('UnhandledPromiseRejection', String(reason)), { reason }), 128)],
];

// Calls that `rehearse` serves; more are no better.
const REHEARSALS = 10;

/** What `rehearse` calls. */
export const rehearsed = async (event, context) => ({ statusCode: 200, body: String(context.awsRequestId) });

/** Serves calls that are nobody's, from the Runtime API that its argument names: what a first call would wait for is compiled and connected by then. */
export async function rehearse() {
  at(process.argv[2]);
  for (const [event, listener] of CAUGHT) process.on(event, listener).off(event, listener);
  const here = fileURLToPath(import.meta.url);
  for (let i = 0; i < REHEARSALS; i++) {
    const handler = await load(dirname(here), `${basename(here, '.mjs')}.rehearsed`);
    const { headers, body } = await poll();
    await answer(handler, body.toString('utf8'), headers, '/invocation/rehearsal');
    idle = () => {};
  }
}

/** Sets where the Runtime API is: host, port and perhaps a path. */
function at(address) {
  const [authority, ...prefix] = address.split('/');
  [host, port] = authority.split(':');
  base = `/${[...prefix, '2018-06-01/runtime'].join('/')}`;
}

/** Serves calls until the instance is over. In parentheses, by which V8 compiles it when it is loaded, not when it is called. */
export const main = (async () => {
  at(process.env.AWS_LAMBDA_RUNTIME_API);
  process.argv.length = 2; // where to rehearse is no business of the handler's
  // The secret path is not the handler's business.
  delete process.env.AWS_LAMBDA_RUNTIME_API;
  for (const [event, listener] of CAUGHT) process.on(event, listener);

  let handler;
  try {
    handler = await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    logged('Uncaught Exception', error);
    await report('/init/error', error);
    process.exit(129);
  }

  for (;;) {
    const { status, headers, body } = await poll();
    if (status !== 200) {
      process.exit(0); // the instance is over
    }
    serving = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    const way = handler[STREAMING] ? stream : answer;
    await way(handler, body.toString('utf8'), headers, `/invocation/${serving}`);
    idle = () => {};
    serving = null;
  }
});
