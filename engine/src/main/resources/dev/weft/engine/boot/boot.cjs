// SPDX-License-Identifier: Apache-2.0
// Node.js, booted before its function is known: loads what it will need, then waits on standard input for the
// environment, sets it, and lets Node go on to the script. One blocking read: nothing is polled, no time is lost.
'use strict';
const fs = require('node:fs');

for (const name of (process.env.WEFT_PRELOAD ?? '').split('\n')) {
  try {
    if (name) require(name);
  } catch {
    // an ES module can't be required by every Node; the script imports it itself, a little later
  }
}
delete process.env.WEFT_PRELOAD;
fs.writeSync(1, '\u0000booted\n');

const [mark, ...variables] = fs.readFileSync(0, 'utf8').split('\0');
if (mark !== 'environment') process.exit(0); // Weft has ended, or has no use for this process
for (const variable of variables) {
  const equals = variable.indexOf('=');
  if (equals > 0) process.env[variable.slice(0, equals)] = variable.slice(equals + 1);
}
