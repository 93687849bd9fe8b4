// SPDX-License-Identifier: Apache-2.0
//
// catalog: what the shop sells. An ordinary HTTP server that knows nothing of Weft or of any cloud; contract `http`
// asks only that it listens on $PORT. If you know AWS: this is not a handler but a small container-style service.
'use strict';

const http = require('node:http');
const products = require('./products.json');

const bySku = new Map(products.map((product) => [product.sku, product]));

const server = http.createServer((request, response) => {
  // A route passes the path on as it came, so the prefix of the route is part of it.
  const path = new URL(request.url, 'http://catalog').pathname;
  const [, root, sku, ...rest] = path.split('/');
  if (root !== 'catalog' || rest.length > 0) {
    answer(response, 404, { error: `no such page: ${path}` });
  } else if (request.method !== 'GET') {
    answer(response, 405, { error: `${request.method} is not possible here, only GET` }, { allow: 'GET' });
  } else if (!sku) {
    answer(response, 200, products);
  } else if (bySku.has(sku)) {
    answer(response, 200, bySku.get(sku));
  } else {
    answer(response, 404, { error: `no product '${sku}'` });
  }
});

function answer(response, status, value, headers = {}) {
  const body = JSON.stringify(value) + '\n';
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

// Only this machine may connect. A container on Cloud Run or Knative would be told HOST=0.0.0.0.
const host = process.env.HOST ?? '127.0.0.1';
server.listen(Number(process.env.PORT ?? 3000), host, () => {
  console.log(`catalog listens on ${host}:${server.address().port}, ${products.length} products`);
});

// Weft, like every container platform, says SIGTERM before it takes an instance away: finish what is being answered,
// take nothing new, then go.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
