// SPDX-License-Identifier: Apache-2.0
// The function as a server: on the port that the platform names, or on Fn's socket. Listens once the code is ready.
import { chmodSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { serve } from './calls.mjs';
import { config, open } from './code.mjs';

let code;
try {
  code = await open();
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exit(1);
}
const patient = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true, maxHeaderSize: 64 * 1024 };
const server = createServer(patient, (request, response) => serve(code, request, response));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

if (config.target === 'fn') {
  // the platform waits for the link: it must not see a socket that is not ready
  const listener = process.env.FN_LISTENER.replace(/^unix:/, '');
  const own = join(dirname(listener), `weft-${process.pid}.sock`);
  server.listen(own, () => {
    chmodSync(own, 0o666);
    symlinkSync(basename(own), listener);
  });
} else {
  const port = process.env.FUNCTIONS_CUSTOMHANDLER_PORT ?? process.env.FC_SERVER_PORT ?? process.env.PORT ?? '8080';
  server.listen(Number(port), process.env.HOST ?? '0.0.0.0');
}
