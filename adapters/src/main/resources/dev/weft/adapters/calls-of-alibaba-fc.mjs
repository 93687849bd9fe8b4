// SPDX-License-Identifier: Apache-2.0
// Alibaba's protocol of custom runtimes, to the user's own server: /http-invoke for exchanges, /invoke for events.
import { asked, posted } from './calls-of-http.mjs';
import { config, Failure, field } from './code.mjs';

const own = (call, path) => [
  ['x-fc-control-path', path],
  ['x-fc-request-id', call.id],
  ['x-fc-function-name', config.name],
  ['x-fc-function-handler', config.handler],
  ['x-fc-function-memory', String(config.memoryMebibytes)],
  ['x-fc-function-timeout', String(Math.ceil(config.timeoutMillis / 1000))],
  ['x-fc-client-ip', call.remote ?? ''],
];

const kept = (headers) => headers.filter(([name]) => !name.toLowerCase().startsWith('x-fc-'));

export const callsOf = {
  oneAtATime: false,
  env: (port) => ({
    FC_SERVER_PORT: String(port),
    FC_FUNCTION_NAME: config.name,
    FC_FUNCTION_HANDLER: config.handler,
    FC_FUNCTION_MEMORY_SIZE: String(config.memoryMebibytes),
  }),
  async exchange(code, exchange) {
    const wanted = asked({ ...exchange, headers: kept(exchange.headers) });
    const fields = [...wanted.headers, ...own(exchange, '/http-invoke'), ['x-fc-base-path', exchange.path]];
    const answer = await code.ask({ ...wanted, headers: fields });
    return { ...answer, headers: kept(answer.headers) };
  },
  async event(code, event) {
    const answer = await code.ask(
      posted({ ...event, contentType: 'application/octet-stream' }, '/invoke', own(event, '/invoke')));
    const said = field(answer.headers, 'x-fc-status');
    if (said === undefined ? answer.status < 200 || answer.status > 299 : said !== '200') {
      const type = field(answer.headers, 'x-fc-error-type') ?? 'UnhandledInvocationError';
      throw new Failure(type, `the function answered with status ${answer.status}`, answer.body);
    }
    return { contentType: field(answer.headers, 'content-type'), body: answer.body };
  },
};
