// SPDX-License-Identifier: Apache-2.0
// PUT /: counts and hashes what comes. GET /?bytes=N: N bytes, as fast as they are taken.
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');
const { Readable } = require('node:stream');

const block = Buffer.alloc(64 * 1024, 'weft');

const server = http.createServer((request, response) => {
  if (request.method === 'PUT') {
    const hash = crypto.createHash('sha1');
    let bytes = 0;
    request.on('data', (chunk) => { bytes += chunk.length; hash.update(chunk); });
    request.on('end', () => response.end(JSON.stringify({ bytes, sha1: hash.digest('hex') })));
    return;
  }
  let left = Number(new URL(request.url, 'http://bytes').searchParams.get('bytes'));
  response.setHeader('content-length', left);
  Readable.from((function* () {
    while (left > 0) {
      const part = left >= block.length ? block : block.subarray(0, left);
      left -= part.length;
      yield part;
    }
  })(), { objectMode: false }).pipe(response);
});
server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
