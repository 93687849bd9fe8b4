// SPDX-License-Identifier: Apache-2.0
// An Azure custom handler that asks for HTTP as it came: an exchange passes under its own path, an event is POSTed there.
import { asked, posted, resultOf } from './calls-of-http.mjs';
import { config } from './code.mjs';

const told = ({ id }) => [['x-azure-functions-invocationid', id]];

export const callsOf = {
  oneAtATime: false,
  env: (port) => ({ FUNCTIONS_CUSTOMHANDLER_PORT: String(port), FUNCTIONS_HTTPWORKER_PORT: String(port) }),
  exchange(code, exchange) {
    const wanted = asked(exchange);
    return code.ask({ ...wanted, headers: [...wanted.headers, ...told(exchange)] });
  },
  event: async (code, event) => resultOf(await code.ask(posted(event, config.route, told(event)))),
};
