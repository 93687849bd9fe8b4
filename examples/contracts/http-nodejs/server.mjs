// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
  }
  try {
    const query = new URL(request.url, 'http://localhost').searchParams;
    const name = (body && JSON.parse(body).name) || query.get('name') || 'world';
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(`hello ${name}\n`);
  } catch {
    response.writeHead(400).end('the body is not JSON\n');
  }
});

server.listen(process.env.PORT ?? 8080, process.env.HOST);

// an instance that is not needed any more is asked to end
process.on('SIGTERM', () => server.close(() => process.exit(0)));
