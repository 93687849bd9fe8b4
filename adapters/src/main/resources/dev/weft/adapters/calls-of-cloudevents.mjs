// SPDX-License-Identifier: Apache-2.0
// Contract cloudevents: an event in binary mode; an exchange only where it is a CloudEvent already.
import { asked, posted, resultOf } from './calls-of-http.mjs';
import { config, Failure, field } from './code.mjs';

const NAME = /^[a-z0-9]+$/;
const encoded = (value) => encodeURI(value).replaceAll("'", '%27').replaceAll('"', '%22');

/** The header fields of an event in binary mode. */
export function fieldsOf(event) {
  const all = {
    specversion: '1.0',
    id: event.id,
    source: `/weft/${config.name}`,
    type: 'dev.weft.invocation',
    time: new Date().toISOString(),
    ...event.attributes,
  };
  delete all.datacontenttype;
  return Object.entries(all)
    .filter(([name]) => NAME.test(name))
    .map(([name, value]) => [`ce-${name}`, encoded(String(value))]);
}

export const callsOf = {
  oneAtATime: false,
  env: (port) => ({ PORT: String(port), HOST: '127.0.0.1' }),
  exchange(code, exchange) {
    const type = field(exchange.headers, 'content-type') ?? '';
    if (field(exchange.headers, 'ce-specversion') === undefined && !/^application\/cloudevents/i.test(type)) {
      throw new Failure('NotACloudEvent', 'the request is not a CloudEvent 1.0: its specversion is missing');
    }
    return code.ask(asked(exchange));
  },
  event: async (code, event) => resultOf(await code.ask(
    posted(event, '/', /^application\/cloudevents/i.test(event.contentType ?? '') ? [] : fieldsOf(event)))),
};
