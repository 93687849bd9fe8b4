// SPDX-License-Identifier: Apache-2.0
import { Module } from 'node:module';

/**
 * Starts the function's file exactly as `node func.js` would: as the main module, CommonJS or ES module, and with the
 * arguments it would see. Which file it is comes by environment, because the process may be older than the choice.
 */
export function main() {
  const file = process.env.WEFT_HANDLER;
  delete process.env.WEFT_HANDLER; // an FDK hands the whole environment to the function as its configuration
  process.argv.splice(1, process.argv.length - 1, file);
  Module.runMain(file);
}
