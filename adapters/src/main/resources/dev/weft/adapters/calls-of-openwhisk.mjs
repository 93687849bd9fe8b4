// SPDX-License-Identifier: Apache-2.0
// An OpenWhisk action under the same proxy as on Weft's engine: an exchange as a web action's call, an event as parameters.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config, Failure, field, HERE, ROOT } from './code.mjs';

const media = (type) => (type ?? '').split(';')[0].trim().toLowerCase();
const json = (type) => type === 'application/json' || type.endsWith('+json');
const text = (type) => type.startsWith('text/') || (type.endsWith('+xml') && !type.startsWith('image/'))
  || ['application/javascript', 'application/xml', 'application/x-www-form-urlencoded'].includes(type);

const RESERVED = ['__ow_method', '__ow_headers', '__ow_path', '__ow_user', '__ow_query', '__ow_body'];

const failure = (type, value) =>
  new Failure(type, typeof value === 'string' ? value : JSON.stringify(value), Buffer.from(JSON.stringify({ error: value })));

function set(parameters, fields) {
  for (const [name, value] of fields) {
    if (RESERVED.includes(name)) {
      throw failure('ApplicationError', `Request defines parameters that are not allowed (e.g., reserved properties): ${name}`);
    }
    parameters[name] = value;
  }
}

function parametersOf({ method, path, query, headers, body }) {
  const fields = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    fields[key] = key in fields ? `${fields[key]}${key === 'cookie' ? '; ' : ', '}${value}` : value;
  }
  const parameters = { __ow_method: method.toLowerCase(), __ow_headers: fields, __ow_path: path };
  set(parameters, new URLSearchParams(query ?? ''));
  const type = media(fields['content-type']);
  if (body.length === 0) {
    return parameters;
  }
  if (json(type)) {
    const value = JSON.parse(body);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      set(parameters, Object.entries(value));
    } else {
      parameters.__ow_body = value;
    }
  } else if (type === 'application/x-www-form-urlencoded') {
    set(parameters, new URLSearchParams(body.toString()));
  } else {
    parameters.__ow_body = body.toString(text(type) ? 'utf8' : 'base64');
  }
  return parameters;
}

async function run(code, call, value) {
  const body = Buffer.from(JSON.stringify({
    value,
    namespace: '_',
    action_name: `/_/${config.name}`,
    action_version: '0.0.1',
    activation_id: (call.id ?? '').replaceAll('-', ''),
    transaction_id: call.id ?? '',
    deadline: String(call.deadline),
  }));
  const headers = [['host', 'localhost'], ['content-type', 'application/json']];
  const answer = await code.ask({ method: 'POST', path: '/run', headers, body, deadline: call.deadline });
  const result = JSON.parse(answer.body);
  if (answer.status !== 200) {
    code.stop(); // the platform gives the next call another process, too
    throw failure('DeveloperError', result.error);
  }
  return result;
}

/** The answer that a web action's result means, as the controller reads it. */
function answerOf(result) {
  const said = result.error !== undefined ? result.error : result;
  const headers = Object.entries(said?.headers ?? {})
    .flatMap(([name, value]) => [].concat(value).map((each) => [name.toLowerCase(), String(each)]));
  const others = headers.filter(([name]) => !['content-length', 'transfer-encoding', 'content-type'].includes(name));
  const given = field(headers, 'content-type');
  const status = Number(said?.statusCode ?? 0);
  const answer = (usual, type, body) => ({ status: status || usual, headers: type ? [...others, ['content-type', type]] : others, body });
  if (said === null || typeof said !== 'object' || (said.statusCode !== undefined && !(status >= 200 && status <= 599))) {
    return { status: 400, headers: [['content-type', 'application/json']], body: Buffer.from('{"error":"Response is not valid \'message/http\'."}') };
  }
  const body = said.body;
  if (body === undefined || body === null || body === '') {
    return answer(204, null, Buffer.alloc(0));
  }
  if (typeof body !== 'string') {
    return answer(200, given ?? 'application/json', Buffer.from(JSON.stringify(body)));
  }
  const type = media(given ?? 'text/html');
  const base64 = json(type) ? /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body.trim()) : !text(type);
  return answer(200, given ?? 'text/html; charset=UTF-8', Buffer.from(body, base64 ? 'base64' : 'utf8'));
}

const MANIFEST = 'package.json';
let links;

/**
 * The action's folder. Google's framework reads its entry file from the same package.json as an action's proxy: there the
 * proxy is given a folder of links, with the action's own if it has one.
 */
function folder() {
  if (config.target !== 'google') {
    return ROOT;
  }
  if (links !== undefined) {
    return links;
  }
  links = mkdtempSync(join(tmpdir(), 'action-'));
  for (const each of readdirSync(ROOT).filter((name) => name !== MANIFEST)) {
    symlinkSync(join(ROOT, each), join(links, each));
  }
  const own = join(HERE, `action-${MANIFEST}`);
  if (existsSync(own)) {
    copyFileSync(own, join(links, MANIFEST));
  }
  return links;
}

export const callsOf = {
  oneAtATime: true,
  env: (port) => ({ WEFT_ACTION_PORT: String(port), WEFT_ACTION_CODE: folder() }),
  /** Has the proxy load the action. */
  async opened(code) {
    const body = Buffer.from(JSON.stringify({ value: { name: config.name, main: config.handler, binary: true } }));
    const headers = [['host', 'localhost'], ['content-type', 'application/json']];
    const answer = await code.ask({ method: 'POST', path: '/init', headers, body });
    if (answer.status !== 200) {
      code.stop();
      throw failure('InitError', JSON.parse(answer.body).error);
    }
  },
  exchange: async (code, exchange) => answerOf(await run(code, exchange, parametersOf(exchange))),
  async event(code, event) {
    const value = event.body.length === 0 ? {} : JSON.parse(event.body);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw failure('ApplicationError', 'the payload must be a JSON object: its fields are the action\'s parameters');
    }
    const result = await run(code, event, value);
    if (result.error !== undefined) {
      throw failure('ApplicationError', result.error);
    }
    return { contentType: 'application/json', body: Buffer.from(JSON.stringify(result)) };
  },
};
