// SPDX-License-Identifier: Apache-2.0
//
// Starts Google's functions framework in a function's process: the copy that the code brings, as Google's own builds do,
// else Weft's. Everything it is told stands in the environment. It must be the copy that the code itself imports, for
// functions that register themselves.
'use strict';

const { subscribe } = require('node:diagnostics_channel');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const FRAMEWORK = '@google-cloud/functions-framework';

function main() {
  answerNothingAtExit();
  readDebugAgain();
  require(program(createRequire(path.join(process.env.FUNCTION_SOURCE, 'package.json')).resolve(FRAMEWORK)));
}

/** The program of the framework that `file` belongs to, by its own package.json: it has not always had that name. */
function program(file) {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) {
      const { name, bin } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
      if (name === FRAMEWORK) {
        return path.join(folder, bin['functions-framework']);
      }
    }
  }
  throw new Error(`${file} is not in a package ${FRAMEWORK}`);
}

/**
 * When the code ends its process, the framework writes an answer with its last breath, to the newest request, whoever
 * it is that ended. Weft tells all callers the same, and with the exit status; so nobody is to be answered. This listener
 * is the first, hence runs before the framework's.
 */
function answerNothingAtExit() {
  const open = new Set();
  subscribe('http.server.request.start', ({ response }) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  process.on('exit', () => {
    for (const response of open) {
      if (!response.headersSent) {
        response.destroy();
      }
    }
  });
}

/** Modules may have been loaded before the environment was known; of those only `debug` has read it by then. */
function readDebugAgain() {
  if (process.env.DEBUG) {
    for (const [file, module] of Object.entries(require.cache)) {
      if (file.endsWith('/debug/src/index.js')) {
        module.exports.enable(process.env.DEBUG);
      }
    }
  }
}

exports.main = main;
