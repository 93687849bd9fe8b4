// SPDX-License-Identifier: Apache-2.0
// Code whose contract is HTTP in some form: it runs in a child that serves a free loopback port, or a socket, and is called
// as its own platform calls it.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config, endToEnd, Failure, pairs, ROOT, until } from './code.mjs';

const STEP_MILLIS = 10;
const START_MILLIS_MAX = 60_000;
const FRAME = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX';

const { callsOf } = await import(`./calls-of-${config.contract}.mjs`);

let child = null;
let starting = null;
let agent;

process.on('exit', () => child?.kill('SIGKILL'));

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Whether something listens there. */
const listens = (at) => new Promise((resolve) => {
  const socket = connect(at);
  socket.once('connect', () => resolve(true) || socket.destroy());
  socket.once('error', () => resolve(false));
});

/** Passes a child's output on but the marks that only a platform reads. */
function withoutFrames(from, to) {
  let rest = '';
  from.setEncoding('utf8');
  from.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    const own = lines.filter((each) => each !== FRAME);
    if (own.length > 0) {
      to.write(`${own.join('\n')}\n`);
    }
  });
  from.on('end', () => rest !== '' && to.write(`${rest}\n`));
}

async function start() {
  const socket = config.contract === 'fn' ? join(mkdtempSync(join(tmpdir(), 'weft-')), 'fn.sock') : null;
  const port = socket === null ? await freePort() : null;
  const at = socket === null ? { host: '127.0.0.1', port } : { path: socket };
  const [program, ...words] = config.command;
  const framed = config.contract === 'openwhisk';
  const own = spawn(program === 'node' ? process.execPath : program, words, {
    cwd: ROOT,
    env: { ...process.env, ...callsOf.env(port, socket) },
    stdio: ['ignore', framed ? 'pipe' : 'inherit', framed ? 'pipe' : 'inherit'],
  });
  if (framed) {
    withoutFrames(own.stdout, process.stdout);
    withoutFrames(own.stderr, process.stderr);
  }
  let ended = null;
  const ending = (how) => {
    ended = `the program has ended: ${how}`;
    child = child === own ? null : child;
  };
  own.once('error', (error) => ending(error.message));
  own.once('exit', (status, signal) => ending(signal === null ? `exit status ${status}` : `signal ${signal}`));
  child = own;
  agent?.destroy();
  agent = new Agent({ keepAlive: true });
  const limit = Date.now() + START_MILLIS_MAX;
  while (ended === null && !(await listens(at))) {
    if (Date.now() > limit) {
      own.kill('SIGKILL');
      throw new Failure('InitError', `the program listens on nothing ${START_MILLIS_MAX / 1000} s after its start`);
    }
    await new Promise((later) => setTimeout(later, STEP_MILLIS));
  }
  if (ended !== null) {
    throw new Failure('InitError', ended);
  }
  const opened = { ask: (asked) => asking(at, asked), stop: () => own.kill('SIGKILL') && ending('stopped') };
  await callsOf.opened?.(opened);
  return opened;
}

/** Sends one request to the child; its answer whole. */
function asking(at, { method, path, headers, body, deadline }) {
  return new Promise((resolve, reject) => {
    const target = 'path' in at ? { socketPath: at.path } : { host: at.host, port: at.port };
    const fields = [...endToEnd(headers), ['content-length', String(body.length)]].flat();
    const asked = ask({ ...target, agent, method, path, headers: fields, setHost: false }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', gone);
      answer.on('end', () => {
        clearTimeout(timer);
        const own = endToEnd(pairs(answer.rawHeaders)).filter(([name]) => name.toLowerCase() !== 'date');
        resolve({ status: answer.statusCode, headers: own, body: Buffer.concat(parts) });
      });
    });
    const gone = (error) => {
      clearTimeout(timer);
      reject(error instanceof Failure ? error : new Failure('ExitError', `the program gave no answer: ${error.message}`));
    };
    const timer = setTimeout(() => {
      asked.destroy(new Failure('Timeout', `no answer within ${config.timeoutMillis} ms`));
      child?.kill('SIGKILL'); // what still runs for this call must not serve the next
    }, Math.max(1, (deadline ?? until()) - Date.now()));
    asked.on('error', gone);
    asked.end(body);
  });
}

/** The running child; a new one where the last has ended. */
let current = null;
function running() {
  if (child === null && starting === null) {
    starting = start().then((opened) => (current = opened)).finally(() => (starting = null));
  }
  return starting ?? current;
}

let turn = Promise.resolve();

/** Lets one call in at a time where the contract promises that. */
function inTurn(does) {
  if (!callsOf.oneAtATime) {
    return does();
  }
  const own = turn.then(does, does);
  turn = own.catch(() => {});
  return own;
}

/** Opens it. */
export async function open() {
  await running();
  const handed = (call) => ({ ...call, deadline: until(call.deadline) });
  return {
    exchange: (exchange) => inTurn(async () => callsOf.exchange(await running(), handed(exchange))),
    event: (event) => inTurn(async () => callsOf.event(await running(), handed(event))),
  };
}
