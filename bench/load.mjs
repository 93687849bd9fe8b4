// SPDX-License-Identifier: Apache-2.0
//
// Load over kept-alive connections. Prints one line of JSON when it is over.
//   node bench/load.mjs URL SECONDS CONNECTIONS RATE [BODY-FILE]
// RATE 0: each connection asks again as soon as it is answered. Else so many calls a second start on time, whatever
// the answers do, and latency counts from when a call should have started (no coordinated omission).
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [url, seconds, connections, rate, bodyFile] = process.argv.slice(2);
if (!rate) {
  console.error('usage: load.mjs URL SECONDS CONNECTIONS RATE [BODY-FILE]');
  process.exit(2);
}
const CALL_MILLIS_MAX = 15_000;
const FAILURES_KEPT_MAX = 10;
const body = bodyFile ? readFileSync(bodyFile) : null;
const client = url.startsWith('https:') ? https : http;
const agent = new client.Agent({ keepAlive: true, maxSockets: Number(connections) });
const options = {
  agent,
  method: body ? 'POST' : 'GET',
  headers: body ? { 'content-type': 'application/json', 'content-length': body.length } : {},
};

const statuses = {};
const failures = [];
const millis = [];
let started = 0;

function call(due) {
  started++;
  return new Promise((over) => {
    const done = (status, why) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      millis.push(performance.now() - due);
      if (status !== 200 && failures.length < FAILURES_KEPT_MAX) {
        failures.push({ atSeconds: +((performance.now() - begin) / 1000).toFixed(2), status, why });
      }
      over();
    };
    const request = client.request(url, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => done(response.statusCode, response.statusCode === 200 ? '' : Buffer.concat(chunks).toString().slice(0, 300)));
      response.on('error', (error) => done('broken', error.message));
    });
    // A server may close an idle connection in the moment we use it. Whoever keeps connections has to send again on
    // another one (RFC 9112, 9.3.1); that is no failed call.
    request.on('error', (error) => {
      if (request.reusedSocket && error.code === 'ECONNRESET') {
        resent++;
        started--;
        call(due).then(over);
      } else {
        done('broken', error.message);
      }
    });
    request.setTimeout(CALL_MILLIS_MAX, () => request.destroy(new Error(`no answer in ${CALL_MILLIS_MAX} ms`)));
    request.end(body ?? undefined);
  });
}

let resent = 0;
const begin = performance.now();
const end = begin + seconds * 1000;
const open = [];
if (Number(rate) === 0) {
  for (let i = 0; i < connections; i++) {
    open.push((async () => { while (performance.now() < end) await call(performance.now()); })());
  }
} else {
  await new Promise((over) => {
    const tick = setInterval(() => {
      const now = Math.min(performance.now(), end);
      while (open.length < ((now - begin) / 1000) * rate) open.push(call(begin + (open.length / rate) * 1000));
      if (now >= end) {
        clearInterval(tick);
        over();
      }
    }, 2);
  });
}
await Promise.all(open);
const took = (performance.now() - begin) / 1000;
agent.destroy();
millis.sort((a, b) => a - b);
const at = (share) => +(millis[Math.min(millis.length - 1, Math.floor(millis.length * share))] ?? 0).toFixed(2);
console.log(JSON.stringify({
  calls: started, statuses, resent, perSecond: +(millis.length / took).toFixed(1),
  p50: at(0.5), p99: at(0.99), max: at(1), failures,
}));
