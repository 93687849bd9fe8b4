// SPDX-License-Identifier: Apache-2.0
'use strict';
// Starts the function's file exactly as `node func.js` would: as the main module, CommonJS or ES module, and with the
// arguments it would see. Which file it is comes by environment, because the process may be older than the choice.
const file = process.env.WEFT_HANDLER;
delete process.env.WEFT_HANDLER; // an FDK hands the whole environment to the function as its configuration
process.argv.splice(1, process.argv.length - 1, file);
require('node:module').runMain(file);
