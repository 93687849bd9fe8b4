// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import { randomUUID } from 'node:crypto';

/** The event in a request: attributes in header fields and data as body, or all of it in one JSON document. */
function event(headers, body) {
  if (headers['content-type']?.startsWith('application/cloudevents+json')) {
    return JSON.parse(body);
  }
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice(3), decodeURIComponent(value)]);
  return { ...Object.fromEntries(attributes), data: body ? JSON.parse(body) : undefined };
}

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
  }
  try {
    const { id, type, data } = event(request.headers, body);
    console.log(`event ${id} of type ${type}`);
    // an event may be answered by another
    response
      .writeHead(200, {
        'ce-specversion': '1.0',
        'ce-id': randomUUID(),
        'ce-source': '/hello',
        'ce-type': 'greeting',
        'content-type': 'text/plain; charset=utf-8',
      })
      .end(`hello ${data?.name ?? 'world'}\n`);
  } catch {
    response.writeHead(400).end('neither a CloudEvent nor JSON\n');
  }
});

server.listen(process.env.PORT ?? 8080, process.env.HOST);

process.on('SIGTERM', () => server.close(() => process.exit(0)));
