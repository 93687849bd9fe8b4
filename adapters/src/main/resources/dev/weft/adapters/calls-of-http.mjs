// SPDX-License-Identifier: Apache-2.0
// Contract http: an exchange as it is, an event as the POST of its body to "/".
import { Failure, field } from './code.mjs';

/** The result of an event that a server was sent. */
export function resultOf({ status, headers, body }) {
  if (status < 200 || status > 299) {
    throw new Failure(`http ${status}`, `the function answered an event with status ${status}`, body);
  }
  return { contentType: field(headers, 'content-type'), body };
}

/** What a call is known by. */
export const about = ({ id, trace }) => [
  ...(id ? [['weft-invocation-id', id]] : []),
  ...(trace ? [['traceparent', trace]] : []),
];

/** Without what is said anew. */
export const given = (headers) =>
  headers.filter(([name]) => !['weft-invocation-id', 'traceparent'].includes(name.toLowerCase()));

export const asked = (exchange) => ({
  method: exchange.method,
  path: exchange.query === null ? exchange.path : `${exchange.path}?${exchange.query}`,
  headers: [
    ...(field(exchange.headers, 'host') === undefined ? [['host', exchange.host ?? 'localhost']] : []),
    ...given(exchange.headers),
    ...about(exchange),
  ],
  body: exchange.body,
  deadline: exchange.deadline,
});

export const posted = (event, path, fields) => ({
  method: 'POST',
  path,
  headers: [['host', 'localhost'], ['content-type', event.contentType ?? 'application/octet-stream'], ...fields, ...about(event)],
  body: event.body,
  deadline: event.deadline,
});

const SENDABLE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const TAKEN = ['host', 'content-type', 'content-length', 'traceparent', 'weft-invocation-id'];

export const callsOf = {
  oneAtATime: false,
  env: (port) => ({ PORT: String(port), HOST: '127.0.0.1' }),
  exchange: (code, exchange) => code.ask(asked(exchange)),
  async event(code, event) {
    const fields = Object.entries(event.attributes)
      .filter(([name, value]) => SENDABLE.test(name) && !TAKEN.includes(name.toLowerCase()) && /^[ -~]*$/.test(value));
    return resultOf(await code.ask(posted(event, '/', fields)));
  },
};
