// SPDX-License-Identifier: Apache-2.0
// Starts a Node.js Lambda handler and serves it calls from the Lambda Runtime API (version 2018-06-01).
// Weft's own, held to the same contract test as AWS's runtime clients. No dependency but Node itself.
import { Agent, request } from 'node:http';
import { existsSync } from 'node:fs';
import { join, dirname, basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

/** Where the Runtime API is: known once `main` is called. */
let host;
let port;
let base;

// One connection is enough: the next poll starts only after the last answer has been taken.
const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 0 });

/** One request to the Runtime API; resolves with status, header fields and body. */
function ask(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const asking = request(
      {
        host, port, agent, method, path: base + path,
        headers: bytes ? { 'content-type': 'application/json', 'content-length': bytes.length, ...headers } : headers,
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
        answer.on('error', reject);
      });
    asking.on('error', reject);
    asking.end(bytes);
  });
}

/** An error in Lambda's words. */
function words(error) {
  if (error instanceof Error) {
    return {
      errorType: error.name ?? 'Error',
      errorMessage: error.message ?? '',
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function report(path, error) {
  const said = words(error);
  console.error(said.trace.length > 0 ? said.trace.join('\n') : `${said.errorType}: ${said.errorMessage}`);
  await ask('POST', path, JSON.stringify(said), { 'lambda-runtime-function-error-type': said.errorType });
}

/** Named errors, spelt as AWS's own Node runtime spells them. */
function failure(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Finds `dir/file.export.nested` under the task root: ES module or CommonJS, whichever the file is. */
async function load(root, name) {
  const match = basename(name).match(/^([^.]*)\.(.+)$/);
  if (!match) {
    throw failure('Runtime.MalformedHandlerName', `Bad handler '${name}': it must be file.export`);
  }
  const stem = join(root, dirname(name), match[1]);
  const file = ['', '.js', '.mjs', '.cjs'].map((end) => stem + end).find((path) => existsSync(path) && path !== stem);
  let module;
  if (file === undefined) {
    throw failure('Runtime.ImportModuleError', `Cannot find module '${match[1]}' (.js, .mjs or .cjs) in ${dirname(stem)}`);
  }
  try {
    module = file.endsWith('.cjs') ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(failure('Runtime.UserCodeSyntaxError', `${error.name}: ${error.message}`), { stack: error.stack });
    }
    throw error;
  }
  const find = (from) => match[2].split('.').reduce((at, key) => at?.[key], from);
  const handler = find(module) ?? find(module.default);
  if (handler === undefined) {
    throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw failure('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

/** Calls the handler in whichever of Lambda's styles it is written: async, callback, or context.done. */
function call(handler, event, head) {
  const deadline = Number(head['lambda-runtime-deadline-ms']);
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      awsRequestId: head['lambda-runtime-aws-request-id'],
      invokedFunctionArn: head['lambda-runtime-invoked-function-arn'],
      clientContext: head['lambda-runtime-client-context'] && JSON.parse(head['lambda-runtime-client-context']),
      identity: head['lambda-runtime-cognito-identity'] && JSON.parse(head['lambda-runtime-cognito-identity']),
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      done: callback,
      succeed: (result) => resolve(result),
      fail: (error) => reject(error ?? new Error('handler failed')),
    };
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') {
      result.then(resolve, reject);
    } else if (result !== undefined && handler.length < 3) {
      resolve(result);
    } else if (result === undefined && handler.length < 2) {
      // takes neither context nor callback: nothing more can come
      resolve(undefined);
    }
  });
}

let serving = null;

/** An error that no handler caught ends the process; the call being served hears of it first. */
async function uncaught(error) {
  const path = serving === null ? '/init/error' : `/invocation/${serving}/error`;
  const named = error instanceof Error ? error : new Error(String(error));
  try {
    await report(path, named);
  } finally {
    process.exit(129);
  }
}
/** Serves calls until the instance is over. */
export async function main() {
  const [authority, ...path] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
  [host, port] = authority.split(':');
  base = `/${[...path, '2018-06-01/runtime'].join('/')}`;
  // The secret path is not the handler's business.
  delete process.env.AWS_LAMBDA_RUNTIME_API;
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);

  let handler;
  try {
    handler = await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    await report('/init/error', error);
    process.exit(1);
  }

  for (;;) {
    const { status, headers, body } = await ask('GET', '/invocation/next');
    if (status !== 200) {
      process.exit(0); // the instance is over
    }
    const id = headers['lambda-runtime-aws-request-id'];
    serving = id;
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    let answer;
    try {
      const result = await call(handler, JSON.parse(body.toString('utf8')), headers);
      answer = JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      await report(`/invocation/${id}/error`, error);
      serving = null;
      continue;
    }
    await ask('POST', `/invocation/${id}/response`, answer ?? 'null');
    serving = null;
  }
}
