// SPDX-License-Identifier: Apache-2.0
// A function of Fn's FDK: over its socket, an exchange as an HTTP trigger sends it, an event as a plain invoke.
import { config, endToEnd, Failure, field } from './code.mjs';

const PREFIX = 'fn-http-h-';

const common = ({ id, trace, deadline }) => [
  ['host', 'localhost'],
  ['Fn-Call-Id', id],
  ['Fn-Deadline', new Date(deadline).toISOString()],
  ...(trace ? [['traceparent', trace]] : []),
];

async function called(code, call, headers) {
  const answer = await code.ask({ method: 'POST', path: '/call', headers, body: call.body, deadline: call.deadline });
  if (answer.status !== 200) {
    throw new Failure('FunctionFailed', 'function failed', answer.body);
  }
  return answer;
}

function statusOf(headers) {
  const asked = Number(field(headers, 'fn-http-status') ?? 200);
  return asked >= 200 && asked <= 599 ? asked : 200;
}

export const callsOf = {
  oneAtATime: true,
  env: (port, socket) => ({
    FN_LISTENER: `unix:${socket}`,
    FN_FORMAT: 'http-stream',
    FN_APP_ID: 'weft',
    FN_APP_NAME: 'weft',
    FN_FN_ID: config.name,
    FN_FN_NAME: config.name,
    FN_MEMORY: String(config.memoryMebibytes),
    FN_TYPE: 'sync',
  }),
  async exchange(code, exchange) {
    const own = endToEnd(exchange.headers)
      .filter(([name]) => name.toLowerCase() !== 'traceparent')
      .map(([name, value]) => (name.toLowerCase() === 'content-type' ? [name, value] : [`Fn-Http-H-${name}`, value]));
    const query = exchange.query === null ? '' : `?${exchange.query}`;
    const { headers, body } = await called(code, exchange, [
      ...common(exchange),
      ['Fn-Intent', 'httprequest'],
      ['Fn-Http-Method', exchange.method],
      ['Fn-Http-Request-Url', `http://${exchange.host ?? 'localhost'}${exchange.path}${query}`],
      ...own,
    ]);
    const said = headers
      .filter(([name]) => name.toLowerCase().startsWith(PREFIX))
      .map(([name, value]) => [name.slice(PREFIX.length), value]);
    const type = field(headers, 'content-type');
    if (type !== undefined && field(said, 'content-type') === undefined) {
      said.push(['content-type', type]);
    }
    return { status: statusOf(headers), headers: endToEnd(said), body };
  },
  async event(code, event) {
    const type = event.contentType ? [['content-type', event.contentType]] : [];
    const { headers, body } = await called(code, event, [...common(event), ...type]);
    return { contentType: field(headers, 'content-type'), body };
  },
};
