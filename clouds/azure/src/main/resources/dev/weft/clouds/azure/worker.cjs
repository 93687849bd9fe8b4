// SPDX-License-Identifier: Apache-2.0
// Runs the functions of one Azure Functions app in the programming model v4: loads the app, and serves calls from Weft over
// loopback. GET / describes the functions; POST /invoke is one call: a head in JSON with its length before it, then the
// call's bytes.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const core = require('./azure-functions-worker-core.cjs');
const { OUTCOME, outputsOf, respondHttp, respondJson, resultOf, failureOf } = require('./azure-functions-worker-answers.cjs');

const { functions, appHookData, appLevelHookData, hookContext, runHooks } = core;
const FILES_MAX = 10_000;
const DEPTH_MAX = 12;

/** What this worker is told; known once `main` is called. */
let told;

// ---- loading the app ------------------------------------------------------------------------------------------------

/** A pattern like src/{index.js,functions/*.js} as a regular expression. */
function globbed(pattern) {
  let depth = 0;
  const text = pattern.replace(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (found) => {
    switch (found) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth++;
        return '(?:';
      case '}':
        depth--;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return `\\${found}`;
    }
  });
  return new RegExp(`^${text}$`);
}

function filesOf(folder, below = '', depth = 0, all = []) {
  for (const each of fs.readdirSync(path.join(folder, below), { withFileTypes: true })) {
    const name = below ? `${below}/${each.name}` : each.name;
    if (each.isDirectory()) {
      if (each.name !== 'node_modules' && depth < DEPTH_MAX) {
        filesOf(folder, name, depth + 1, all);
      }
    } else if (all.length < FILES_MAX) {
      all.push(name);
    }
  }
  return all;
}

function entryFiles(folder, main) {
  const all = filesOf(folder).sort();
  if (main) {
    const pattern = globbed(main.replace(/^\.\//, ''));
    return all.filter((each) => pattern.test(each));
  }
  const index = all.filter((each) => /^index\.[cm]?js$/.test(each));
  return index.length > 0 ? index.slice(0, 1) : all.filter((each) => /^src\/functions\/[^/]*\.[cm]?js$/.test(each));
}

function packageOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch (missing) {
    if (missing.code === 'ENOENT') {
      return {};
    }
    throw missing;
  }
}

async function load(folder) {
  const manifest = packageOf(folder);
  const files = entryFiles(folder, manifest.main);
  if (files.length === 0) {
    throw new Error(`Worker was unable to load entry point "${manifest.main}": Found zero files matching the supplied pattern`);
  }
  for (const each of files) {
    const file = path.join(folder, each);
    try {
      const esModule = each.endsWith('.mjs') || (!each.endsWith('.cjs') && manifest.type === 'module');
      await (esModule ? import(pathToFileURL(file).href) : Promise.resolve(require(file)));
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      error.message = `Worker was unable to load entry point "${each}": ${error.message}`;
      throw error;
    }
  }
  if (!core.state.model) {
    throw new Error('No function was registered: is "@azure/functions" version 4 what the code registers with?');
  }
}

let streaming; // the address of the package's own proxy, where the app has asked for HTTP streams

async function start() {
  await load(told.code);
  const capabilities = (await core.state.model.getCapabilities?.({})) ?? {};
  streaming = capabilities.HttpUri;
  await runHooks(
    'appStart',
    hookContext({ hookData: appLevelHookData, appHookData }, { functionAppDirectory: told.code }),
  );
  core.state.started = true;
}

// ---- one call -------------------------------------------------------------------------------------------------------

function typed(value) {
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
}

function triggerData(head, bytes) {
  if (head.http) {
    const { method, url, headers, query, params } = head.http;
    const nullable = (map) => Object.fromEntries(Object.entries(map).map(([name, value]) => [name, { value }]));
    return {
      http: {
        method,
        url,
        headers,
        query,
        params,
        nullableHeaders: nullable(headers),
        nullableQuery: nullable(query),
        nullableParams: nullable(params),
        body: bytes.length > 0 ? { bytes } : undefined,
      },
    };
  }
  switch (head.data) {
    case 'text':
      return { string: bytes.toString('utf8') };
    case 'json':
      return { json: bytes.toString('utf8') };
    default:
      return { bytes };
  }
}

function coreContext(head, bytes, metadata, invocation) {
  const triggerMetadata = {};
  for (const [name, value] of Object.entries(head.metadata)) {
    triggerMetadata[name] = typed(value);
  }
  return {
    invocationId: head.invocationId,
    metadata,
    state: undefined,
    request: {
      invocationId: head.invocationId,
      functionId: metadata.functionId ?? metadata.name,
      inputData: [{ name: head.trigger, data: triggerData(head, bytes) }],
      triggerMetadata,
      traceContext: { traceParent: head.traceParent, traceState: head.traceState, attributes: {} },
      retryContext: head.retryContext,
    },
    log: (level, category, message) => core.write(level, category, message, invocation),
  };
}

/** What Azure's own worker does with a call: arguments, hooks, the handler, hooks, the response. */
async function invoke(head, bytes) {
  const { metadata, callback } = functions.get(head.functionName.toLowerCase());
  const invocation = { hookData: {}, context: undefined };
  const context = coreContext(head, bytes, metadata, invocation);
  const invocationModel = await core.state.model.getInvocationModel(context);
  const given = await invocationModel.getArguments();
  invocation.context = given.context;
  const readOnly = { hookData: invocation.hookData, appHookData, invocationContext: given.context };

  const before = hookContext(readOnly, { functionCallback: callback, inputs: given.inputs });
  context.state = 'preInvocationHooks';
  await runHooks('preInvocation', before);

  const after = hookContext(readOnly, { inputs: before.inputs, result: null, error: null });
  context.state = 'invocation';
  try {
    after.result = await invocationModel.invokeFunction(given.context, before.inputs, before.functionCallback);
  } catch (thrown) {
    after.error = thrown ?? new Error('Unknown error');
  }
  context.state = 'postInvocationHooks';
  await runHooks('postInvocation', after);
  context.state = undefined;
  if (after.error !== null && after.error !== undefined) {
    throw after.error;
  }
  return { metadata, said: await invocationModel.getResponse(given.context, after.result) };
}

// ---- serving --------------------------------------------------------------------------------------------------------

/**
 * The package's proxy takes the request in the caller's own shape and streams the answer, while the call itself goes the
 * usual way; so a copy of the request is made to it.
 */
function stream(head, bytes, response) {
  const url = new URL(head.http.url);
  const request = http.request(new URL(`${url.pathname}${url.search}`, streaming), {
    method: head.http.method,
    headers: {
      'x-ms-invocation-id': head.invocationId,
      'x-forwarded-host': url.host,
      'x-forwarded-proto': url.protocol.replace(':', ''),
      'content-length': bytes.length,
    },
  });
  request.on('response', (answer) => {
    const headers = { ...answer.headers, [OUTCOME]: 'response' };
    for (const each of ['connection', 'keep-alive', 'transfer-encoding', 'x-ms-invocation-id']) {
      delete headers[each];
    }
    response.writeHead(answer.statusCode, headers);
    answer.pipe(response);
  });
  request.on('error', () => response.destroy());
  request.end(bytes);
  return request;
}

async function serve(head, bytes, response) {
  let streamed;
  try {
    if (streaming && head.http) {
      head.metadata = { Headers: head.http.headers, Query: head.http.query, ...head.http.params };
      streamed = stream(head, bytes, response);
    }
    const { metadata, said } = await invoke(head, bytes);
    const outputs = outputsOf(metadata, said);
    if (streamed) {
      return;
    }
    if (head.http) {
      const name = Object.keys(metadata.bindings).find((each) => metadata.bindings[each].type.toLowerCase() === 'http');
      const data = name === '$return' ? said.returnValue : said.outputData.find((each) => each.name === name)?.data;
      respondHttp(response, data);
    } else {
      respondJson(response, 'result', resultOf(said.returnValue, outputs));
    }
  } catch (thrown) {
    const failure = failureOf(thrown);
    process.stderr.write(`${failure.stackTrace || failure.message}\n`);
    if (response.headersSent) {
      response.destroy();
    } else {
      streamed?.removeAllListeners('response').on('error', () => {}).destroy();
      respondJson(response, 'failure', failure);
    }
  }
}

function describe() {
  return {
    functions: [...functions.values()].map(({ metadata }) => ({
      name: metadata.name,
      bindings: Object.entries(metadata.bindings).map(([name, binding]) => ({ ...binding, name })),
      retry: metadata.retryOptions && { maxRetryCount: metadata.retryOptions.maxRetryCount ?? 0 },
    })),
  };
}

function listen(description) {
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/') {
        respondJson(response, 'description', description());
        return;
      }
      const all = Buffer.concat(chunks);
      const end = 4 + all.readUInt32BE(0);
      serve(JSON.parse(all.toString('utf8', 4, end)), all.subarray(end), response);
    });
  });
  server.requestTimeout = 0;
  server.listen(told.port, '127.0.0.1');
}

function main() {
  told = JSON.parse(process.env.WEFT_AZURE_WORKER);
  delete process.env.WEFT_AZURE_WORKER; // the platform's own words, not the function's
  core.logFrom(told.logLevel);
  process.on('SIGTERM', async () => {
    try {
      await runHooks('appTerminate', hookContext({ hookData: appLevelHookData, appHookData }, {}));
    } finally {
      process.exit(0);
    }
  });

  start().then(
    () => listen(describe),
    (thrown) => {
      const failure = failureOf(thrown, 'init');
      process.stderr.write(`${failure.stackTrace}\n`);
      listen(() => ({ failure }));
    },
  );
}

exports.main = main;
