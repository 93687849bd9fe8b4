// SPDX-License-Identifier: Apache-2.0
// Google's functions framework, the code's own copy: an exchange as it is, an event as a CloudEvent in binary mode.
import { callsOf as cloudEvents } from './calls-of-cloudevents.mjs';
import { asked } from './calls-of-http.mjs';
import { config, ROOT } from './code.mjs';

export const callsOf = {
  oneAtATime: false,
  env: (port) => ({
    PORT: String(port),
    FUNCTION_TARGET: config.handler,
    FUNCTION_SOURCE: ROOT,
    K_SERVICE: config.name,
    K_REVISION: '1',
  }),
  exchange: (code, exchange) => code.ask(asked(exchange)),
  event: (code, event) => cloudEvents.event(code, event),
};
