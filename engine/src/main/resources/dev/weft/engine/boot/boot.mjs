// SPDX-License-Identifier: Apache-2.0
// Node.js, booted before its function is known. Loads the host's script, which exports `main`, and what that will need,
// and calls its `rehearse`, if there is one; then waits on standard input for the environment, sets it, and calls `main`. One blocking read: nothing is polled, and
// nothing is left to do but the function's own start.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { createRequire, Module } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const WARM_EXCHANGES = 2;
const WARM_FILES = 5;
const LAZY = 'lazy-feedback-allocation';

const take = (name) => {
  const value = process.env[name] ?? '';
  delete process.env[name];
  return value;
};
const preload = take('WEFT_PRELOAD').split(',').filter(Boolean);
const boot = take('WEFT_BOOT'); // 'now': the environment is there; 'soon': it comes at once; else one day
process.argv.splice(1, 1); // as if the script had been started directly

/** Loads a module as the function's code will, ahead of time; one that is not there is missed by the script itself, later. */
async function load(name) {
  try {
    const file = createRequire(join(process.cwd(), 'code')).resolve(name);
    await import(isAbsolute(file) ? pathToFileURL(file).href : file);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') throw error;
  }
}

/** Node's own HTTP code is compiled when it is first used: used here, with itself, it is ready for the first call. */
async function warm() {
  const server = createServer((asked, answer) => asked.resume().on('end', () => answer.end('{}')));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < WARM_EXCHANGES; i++) {
    await new Promise((done, failed) => {
      const options = { host: '127.0.0.1', port: server.address().port, agent, method: 'POST', path: '/' };
      request(options, (answer) => answer.resume().on('end', done)).on('error', failed).end('{}');
    });
  }
  agent.destroy();
  await new Promise((closed) => server.close(closed));
  // and so is its way of loading a file
  const folder = mkdtempSync(join(tmpdir(), 'boot-'));
  for (let i = 0; i < WARM_FILES; i++) {
    for (const [end, text] of [['mjs', 'export const a = 1;'], ['cjs', 'exports.a = 1;']]) {
      const file = join(folder, `${i}.${end}`);
      writeFileSync(file, text);
      await import(pathToFileURL(file).href);
    }
  }
  rmSync(folder, { recursive: true });
}

const program = await import(pathToFileURL(process.argv[1]).href);
if (boot === '') {
  setFlagsFromString(`--no-${LAZY}`); // rehearsed once, remembered
  for (const name of preload) await load(name);
  await warm();
  await program.rehearse?.();
  setFlagsFromString(`--${LAZY}`);
}
if (boot !== 'now') {
  writeSync(1, '\u0000booted\n');
  const paths = process.env.NODE_PATH;
  const [mark, ...variables] = readFileSync(0, 'utf8').split('\0');
  if (mark !== 'environment') process.exit(0); // Weft has ended, or has no use for this process
  for (const variable of variables) {
    const equals = variable.indexOf('=');
    const [name, value] = [variable.slice(0, equals), variable.slice(equals + 1)];
    // a time zone that is set makes V8 look for its rules, also if it is the same
    if (equals > 0 && process.env[name] !== value) process.env[name] = value;
  }
  if (process.env.NODE_PATH !== paths) {
    Module._initPaths?.(); // read once, at Node's own start; there is no public word for reading it again
  }
}
await program.main();
