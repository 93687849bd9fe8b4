// SPDX-License-Identifier: Apache-2.0
// Serves one OpenWhisk action over the action interface: POST /init, then POST /run. Weft's own, after OpenWhisk's document
// "Adding action language runtimes" and the behaviour of Apache's Node.js runtime. No dependency but Node itself.
import { createServer } from 'node:http';
import { createRequire, register } from 'node:module';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { tmpdir } from 'node:os';
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import vm from 'node:vm';

// Written to both streams: what the invoker takes for the end of an activation's log.
const FRAME = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n';

// 48 MB of code is what OpenWhisk allows; base64 makes a third more of it.
const REQUEST_BYTES_MAX = 65 * 1024 * 1024;
const CODE_BYTES_MAX = 256 * 1024 * 1024; // unpacked
const PLAIN = ['.js', '.mjs', '.cjs'];

let folder; // the action's code, where it is not in /init; known once `main` is called
let status = 'ready'; // ready | starting | running | stopped
let action; // what /run calls; undefined before /init

/** What is answered: a status and a JSON value. */
const said = (code, value) => ({ code, value });
const refused = (code, error) => said(code, { error });

async function init(message) {
  const { main = 'main', code, binary = false, env = {} } = message?.value ?? {};
  if (action !== undefined || status !== 'ready') {
    const why =
      action === undefined ? `System not ready, status is ${status}.` : 'Cannot initialize the action more than once.';
    console.error(`Internal system error: ${why}`);
    return refused(403, why);
  }
  if (typeof main !== 'string' || main === '' || (code === undefined && folder === undefined)) {
    return refused(403, 'Missing main/no code to execute.');
  }
  status = 'starting';
  try {
    for (const [name, value] of Object.entries(env)) {
      process.env[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    action = code === undefined ? await fromFolder(folder, main) : await fromText(String(code), binary, main);
    status = 'ready';
    return said(200, { OK: true });
  } catch (error) {
    console.error('Error during initialization:', error);
    status = 'stopped';
    frame();
    const stack = String(error?.stack ?? error);
    // a syntax error's stack begins with the code; what is wrong comes first here
    const told = stack.startsWith(String(error)) ? stack : `${error}\n${stack}`;
    return refused(502, `Initialization has failed due to: ${told}`);
  }
}

async function run(message) {
  if (action === undefined || status !== 'ready') {
    const why = `System not ready, status is ${action === undefined ? 'not initialized' : status}.`;
    console.error(`Internal system error: ${why}`);
    return refused(403, why);
  }
  status = 'running';
  for (const [name, value] of Object.entries(message)) {
    if (name !== 'value' && typeof value === 'string') {
      process.env[`__OW_${name.toUpperCase()}`] = value;
    }
  }
  let answer;
  try {
    answer = checked(await settled(message.value ?? {}));
  } catch (error) {
    console.error(error);
    answer = refused(502, `An error has occurred: ${error}`);
  }
  // an action that broke may have left anything behind: the platform gives the next call another process
  status = answer.code === 200 ? 'ready' : 'stopped';
  frame();
  return answer;
}

/**
 * Calls the action. What it throws is thrown on; what its promise is rejected with is a result of its own, by OpenWhisk's
 * rule: an application error, after which the process goes on.
 */
async function settled(parameters) {
  const returned = action(parameters);
  try {
    return await returned;
  } catch (error) {
    if (error instanceof Error) {
      console.error(error); // there is no activation record to look it up in
    }
    return { error: error instanceof Error ? described(error) : (error ?? {}) };
  }
}

/** An error as a JSON value: its own fields, and those that JSON leaves out. */
function described(error) {
  const { name, message, stack } = error;
  try {
    JSON.stringify(error);
    return { ...error, name, message, stack };
  } catch {
    return { name, message, stack }; // its own fields are no JSON: a request that knows its response, for example
  }
}

function checked(result) {
  const dictionary = result === undefined ? {} : result;
  if (dictionary === null || typeof dictionary !== 'object') {
    const what = dictionary === null ? 'null' : typeof dictionary;
    console.error(`Result must be of type object but has type "${what}":`, dictionary);
    return refused(502, 'The action did not return a dictionary or array.');
  }
  return { code: 200, text: JSON.stringify(dictionary) };
}

function frame() {
  // not console.log: the action may have replaced it
  write(1);
  write(2);
}

function write(stream) {
  try {
    writeSync(stream, FRAME);
  } catch {
    // the action closed it; whoever reads waits for its end no longer than a limit of its own
  }
}

async function fromText(code, binary, main) {
  if (!binary) {
    return called(await plain(code, join(process.cwd(), 'action.js'), main), main);
  }
  const root = mkdtempSync(join(tmpdir(), 'action-'));
  unzip(Buffer.from(code, 'base64'), root);
  process.chdir(root);
  return fromFolder(root, main);
}

/** The function that `main` names: `name`, or `file.name` for one in another file than the module's own. */
async function fromFolder(root, main) {
  const [, file, name] = main.match(/^(?:([^.]+)\.)?(.+)$/);
  if (file !== undefined) {
    const end = PLAIN.find((each) => existsSync(join(root, file + each)));
    return called(await exported(join(root, file + (end ?? '')), name), main);
  }
  const scripts = readdirSync(root).filter((each) => PLAIN.includes(extname(each)) && !each.startsWith('.'));
  if (existsSync(join(root, 'package.json'))) {
    return called(await exported(root, name), main);
  }
  if (scripts.length === 1) {
    return called(await single(join(root, scripts[0]), name), main);
  }
  const index = scripts.find((each) => /^index\.[cm]?js$/.test(each));
  if (index === undefined) {
    throw new Error('Zipped actions must contain either package.json or index.js at the root.');
  }
  return called(await exported(join(root, index), name), main);
}

function called(found, main) {
  if (typeof found !== 'function') {
    throw new Error(`Action entrypoint '${main}' is not a function.`);
  }
  return found;
}

/** What a module exports under that name: CommonJS or ES module, whichever it is. */
async function exported(path, name) {
  const require = createRequire(join(dirname(path), 'weft.js'));
  let module;
  try {
    module = extname(path) === '.mjs' ? await import(pathToFileURL(path).href) : require(path);
  } catch (error) {
    if (error?.code !== 'ERR_REQUIRE_ESM' && error?.code !== 'ERR_REQUIRE_ASYNC_MODULE') {
      throw error;
    }
    module = await import(pathToFileURL(require.resolve(path)).href);
  }
  const find = (from) => name.split('.').reduce((at, key) => at?.[key], from);
  return find(module) ?? find(module.default);
}

/** An action of one file: plain actions define their function and export nothing. */
async function single(file, name) {
  const text = readFileSync(file, 'utf8');
  if (extname(file) !== '.mjs') {
    return plain(text, file, name);
  }
  if (!/\bexport\b/.test(text)) {
    exporting(pathToFileURL(file).href, name);
  }
  return exported(file, name);
}

/** Evaluates a script as the body of a function, and takes what it calls `name`, or else what it exports under it. */
async function plain(text, file, name) {
  const evaluate = vm.compileFunction(
    `${text}\n;try { return ${name}; } catch (missing) { if (missing instanceof ReferenceError) return undefined; throw missing; }`,
    ['exports', 'require', 'module', '__filename', '__dirname'],
    { filename: file, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  const module = { exports: {}, filename: file, id: file };
  const defined = evaluate(module.exports, createRequire(file), module, file, dirname(file));
  return defined ?? name.split('.').reduce((at, key) => at?.[key], module.exports);
}

/** Makes one ES module export a name that it only defines. */
function exporting(url, name) {
  const hook = `
    let at;
    export const initialize = (data) => { at = data; };
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      return url === at.url ? { ...loaded, source: loaded.source + '\\n;export { ' + at.name + ' };' } : loaded;
    }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { url, name } });
}

/** Unpacks a zip file: stored and deflated entries, none of them outside `root`. */
function unzip(zip, root) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) {
    throw new Error('There was an error uncompressing the action archive.');
  }
  let at = zip.readUInt32LE(end + 16);
  let unpacked = 0;
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10);
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const head = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const from = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
    at += 46 + nameLength + extra + comment;
    unpacked += size;
    const file = join(root, name);
    if (unpacked > CODE_BYTES_MAX || !file.startsWith(root + sep) || ![0, 8].includes(method)) {
      throw new Error('There was an error uncompressing the action archive.');
    }
    if (name.endsWith('/')) {
      mkdirSync(file, { recursive: true });
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    const bytes = zip.subarray(from, from + packed);
    writeFileSync(file, method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) }));
  }
}

function respond(response, { code, value, text = JSON.stringify(value) }) {
  const bytes = Buffer.from(text ?? 'null');
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes); // corked by Node: head and body leave together
}

async function answered(request, bytes) {
  const does = request.method !== 'POST' ? undefined : { '/init': init, '/run': run }[request.url];
  let message;
  try {
    message = does && JSON.parse(bytes.toString('utf8'));
  } catch {
    message = undefined;
  }
  if (message === null || typeof message !== 'object') {
    return refused(500, 'Bad request.');
  }
  try {
    return await does(message);
  } catch (broken) {
    return refused(500, `Internal system error: ${inspect(broken)}`);
  }
}

const server = createServer((request, response) => {
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size <= REQUEST_BYTES_MAX) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
    }
  });
  request.on('end', async () => {
    const answer =
      size > REQUEST_BYTES_MAX
        ? refused(413, `The request is larger than ${REQUEST_BYTES_MAX} bytes.`)
        : await answered(request, Buffer.concat(chunks));
    respond(response, answer);
  });
});
// The platform keeps its connections for as long as it likes, and an activation takes as long as its limit says.
Object.assign(server, { timeout: 0, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });

/** Listens on the port that the environment names. */
export function main() {
  const port = Number(process.env.WEFT_ACTION_PORT ?? 8080);
  folder = process.env.WEFT_ACTION_CODE;
  delete process.env.WEFT_ACTION_PORT;
  delete process.env.WEFT_ACTION_CODE;
  // The address for the action's own calls of the platform: here that is Weft's gateway.
  process.env.__OW_API_HOST ??= process.env.WEFT_URL ?? '';
  server.listen(port, '127.0.0.1');
}
