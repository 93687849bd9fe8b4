// SPDX-License-Identifier: Apache-2.0
const http = require('node:http');

/** The name that a JSON body carries, if it is one. */
function nameIn(body) {
  try {
    return JSON.parse(body).name;
  } catch {
    return undefined;
  }
}

function hello(name) {
  return `hello ${name ?? 'world'}`;
}

const server = http.createServer((request, response) => {
  const requestId = request.headers['x-fc-request-id'];
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    console.log(`FC Invoke Start RequestId: ${requestId}`);
    const body = Buffer.concat(chunks).toString();
    const event = request.headers['x-fc-control-path'] === '/invoke';
    const query = new URL(request.url, 'http://localhost').searchParams;
    response.setHeader('x-fc-status', '200');
    response.setHeader('content-type', event ? 'application/json' : 'text/plain');
    const text = hello(nameIn(body) ?? query.get('name') ?? undefined);
    response.end(event ? JSON.stringify({ message: text }) : `${text}\n`);
    console.log(`FC Invoke End RequestId: ${requestId}`);
  });
});

// the platform keeps its connections, and so must the server
server.timeout = 0;
server.keepAliveTimeout = 0;
server.listen(process.env.FC_SERVER_PORT || 9000, '0.0.0.0');
