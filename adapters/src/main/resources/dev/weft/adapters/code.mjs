// SPDX-License-Identifier: Apache-2.0
// Opens the function's code by its own contract, in a process of its own, and offers it to a front as two functions:
//   exchange({ method, path, query, headers, body, id, trace, deadline, host, remote }) -> { status, headers, body }
//   event({ contentType, attributes, body, id, trace, deadline }) -> { contentType, body }
// Header fields are arrays of pairs, bodies are Buffers. What the function itself did wrong is a Failure.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the adapter's files are, and the function's: one above. */
export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = dirname(HERE);

/** What was settled when the function was packaged. */
export const config = JSON.parse(readFileSync(`${HERE}/adapter.json`, 'utf8'));

/** The function failed; its payload is in its own contract's words. */
export class Failure extends Error {
  constructor(type, message, payload) {
    super(message);
    this.name = type;
    this.payload = payload ?? Buffer.from(JSON.stringify({ errorType: type, errorMessage: message }));
  }
}

/** The first field of that name. */
export function field(headers, name) {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** Header fields as Node has them raw: name, value, name, value. */
export function pairs(raw) {
  const all = [];
  for (let i = 0; i < raw.length; i += 2) {
    all.push([raw[i], raw[i + 1]]);
  }
  return all;
}

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'content-length', 'expect']);

/** Without what concerns one connection only. */
export const endToEnd = (headers) => headers.filter(([name]) => !HOP.has(name.toLowerCase()));

/**
 * Until when a call that is handed over now may take, in milliseconds since 1970: what the platform said, but no longer than
 * the function's own timeout.
 */
export function until(said) {
  const own = Date.now() + config.timeoutMillis;
  return Number.isFinite(said) && said > 0 ? Math.min(said, own) : own;
}

/** Opens the code; resolves once it can be called. */
export async function open() {
  const module = config.contract === 'aws-lambda' ? './lambda-code.mjs' : './served-code.mjs';
  return (await import(module)).open();
}
