// SPDX-License-Identifier: Apache-2.0
// Starts a Node.js Lambda handler and serves it calls from the Lambda Runtime API (version 2018-06-01).
// Weft's own, held to the same tests as AWS's runtime client. No dependency but Node itself.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { existsSync, mkdtempSync, promises, readFileSync, rmSync, writeFileSync } from 'node:fs';
import 'node:fs/promises'; // takes its names before `loading` has a hand in one
import { join, dirname, basename } from 'node:path';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';

// Where the Runtime API is; known once `main` is called. Nothing above that depends on the environment.
let host;
let port;
let base;

// For answers that stream; all else goes over `line`.
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

/**
 * The connection for whole messages, one after the other, by our own hand: Node's HTTP client runs much more code, which is
 * slow the first time. The other side gives the length of each answer.
 */
class Line {
  #socket = null;
  #asked = null;
  #parts = [];
  #bytes = 0;
  #head = null;

  /** Sends one request; resolves with status, header fields and body of its answer. */
  ask(method, path, fields, body) {
    const socket = (this.#socket ??= this.#open());
    socket.ref();
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      socket.write(`${method} ${base}${path} HTTP/1.1\r\nhost: ${host}:${port}\r\n${fields}\r\n${body}`);
    });
  }

  #open() {
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.on('data', (part) => this.#take(part));
    socket.on('error', (error) => this.#broken(socket, error));
    socket.on('close', () => this.#broken(socket, new Error('the Runtime API hung up')));
    return socket;
  }

  #broken(socket, error) {
    if (this.#socket !== socket) return;
    const asked = this.#asked;
    [this.#socket, this.#asked, this.#parts, this.#bytes, this.#head] = [null, null, [], 0, null];
    asked?.reject(error);
  }

  #take(part) {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#head === null) {
      const all = this.#parts.length === 1 ? part : Buffer.concat(this.#parts);
      const end = all.indexOf('\r\n\r\n');
      this.#parts = [all];
      if (end < 0) return;
      const [first, ...lines] = all.latin1Slice(0, end).split('\r\n');
      const headers = {};
      for (const line of lines) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      this.#head = { status: Number(first.split(' ')[1]), headers, from: end + 4, to: end + 4 + Number(headers['content-length'] ?? 0) };
    }
    const { status, headers, from, to } = this.#head;
    if (this.#bytes < to) return;
    const body = (this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)).subarray(from, to);
    const asked = this.#asked;
    [this.#asked, this.#parts, this.#bytes, this.#head] = [null, [], 0, null];
    const socket = this.#socket;
    if (headers.connection?.toLowerCase() === 'close') {
      this.#socket = null;
      socket.destroy();
    } else {
      socket.unref(); // a handler's event loop is empty when nothing of the handler's is left in it
    }
    asked?.resolve({ status, headers, body });
  }
}

const line = new Line();

const poll = () => line.ask('GET', '/invocation/next', '', '');

function post(path, body, fields = '') {
  return line.ask('POST', path, `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${fields}`, body);
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
  const type = String(said.errorType).replace(/[^ -~]/g, '?');
  return post(path, JSON.stringify(said), `lambda-runtime-function-error-type: ${type}\r\n`);
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

// Calls that `rehearse` serves.
const REHEARSALS = 20;
const REHEARSED = "export const handler = async (event, context) => ({ statusCode: 200, body: String(context.awsRequestId) });";

/** Starts code that is nobody's and serves its calls, from the Runtime API that its argument names: what a first call would wait for is compiled and connected by then. */
export async function rehearse() {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  for (let i = 0; i < REHEARSALS; i++) {
    writeFileSync(join(folder, `r${i}.mjs`), REHEARSED);
    const handler = await start(process.argv[2], folder, `r${i}.handler`);
    await serve(handler);
    for (const [event, listener] of CAUGHT) process.off(event, listener);
  }
  delete process.env._X_AMZN_TRACE_ID;
  rmSync(folder, { recursive: true });
}

/** Sets where the Runtime API is: host, port and perhaps a path. */
function at(address) {
  const [authority, ...prefix] = address.split('/');
  [host, port] = authority.split(':');
  base = `/${[...prefix, '2018-06-01/runtime'].join('/')}`;
}

/** Makes ready for calls from the Runtime API at `address`, with the handler `name` in `root`. */
async function start(address, root, name) {
  at(address);
  for (const [event, listener] of CAUGHT) process.on(event, listener);
  try {
    return await load(root, name);
  } catch (error) {
    logged('Uncaught Exception', error);
    await report('/init/error', error);
    process.exit(129);
  }
}

/** Serves one call; false if there are none any more. */
async function serve(handler) {
  const { status, headers, body } = await poll();
  if (status !== 200) return false;
  serving = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
  const way = handler[STREAMING] ? stream : answer;
  await way(handler, body.toString('utf8'), headers, `/invocation/${serving}`);
  idle = () => {};
  serving = null;
  return true;
}

/** Serves calls until the instance is over. */
export async function main() {
  const { AWS_LAMBDA_RUNTIME_API: address, LAMBDA_TASK_ROOT: root, _HANDLER: name } = process.env;
  process.argv.length = 2; // where to rehearse is no business of the handler's
  // The secret path is not the handler's business.
  delete process.env.AWS_LAMBDA_RUNTIME_API;
  const handler = await start(address, root, name);
  while (await serve(handler));
  process.exit(0); // the instance is over
}
