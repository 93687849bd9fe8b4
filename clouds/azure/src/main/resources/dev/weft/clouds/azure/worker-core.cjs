// SPDX-License-Identifier: Apache-2.0
// The module '@azure/functions-core': what the package '@azure/functions' registers functions, hooks and its programming
// model with. Also where a function's log lines go.
'use strict';

const Module = require('node:module');

const HOST_VERSION = '4.1040.300.0';
const WORKER_VERSION = '3.12.0';
const LEVELS = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

let leastLevel = LEVELS.indexOf('information');

/** Lines below that level, one of Azure's words, are dropped from now on. */
function logFrom(level) {
  leastLevel = LEVELS.indexOf(level.toLowerCase());
}

const functions = new Map();
const hooks = { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] };
const appHookData = {};
const appLevelHookData = {};
const state = { model: undefined, started: false };

class Disposable {
  #dispose;
  constructor(dispose) {
    this.#dispose = dispose;
  }
  static from(...all) {
    return new Disposable(() => all.forEach((each) => each?.dispose?.()));
  }
  dispose() {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    return dispose?.();
  }
}

function systemError(message, type = Error) {
  return Object.assign(new type(message), { isAzureFunctionsSystemError: true });
}

const core = {
  version: WORKER_VERSION,
  hostVersion: HOST_VERSION,
  workerConfig: undefined,
  registerFunction(metadata, callback) {
    if (state.started) {
      throw systemError('A function can only be registered during app startup.');
    }
    functions.set(metadata.name.toLowerCase(), { metadata, callback });
    return new Disposable(() => functions.delete(metadata.name.toLowerCase()));
  },
  registerHook(name, callback) {
    const all = hooks[name];
    if (!all) {
      throw systemError(`Unrecognized hook "${name}"`, RangeError);
    }
    all.push(callback);
    return new Disposable(() => {
      const at = all.indexOf(callback);
      if (at >= 0) {
        all.splice(at, 1);
      }
    });
  },
  setProgrammingModel(other) {
    state.model = other;
  },
  getProgrammingModel: () => state.model,
  log: (level, category, message) => write(level, category, message),
  Disposable,
};

const requireAsUsual = Module.prototype.require;
Module.prototype.require = function (id) {
  return id === '@azure/functions-core' ? core : requireAsUsual.call(this, id);
};

/** A hook's context: some fields are for reading only. */
function hookContext(readOnly, writable) {
  const context = { ...writable };
  for (const [name, value] of Object.entries(readOnly)) {
    Object.defineProperty(context, name, {
      enumerable: true,
      get: () => value,
      set() {
        throw systemError(`Cannot assign to read only property '${name}'`, TypeError);
      },
    });
  }
  return context;
}

async function runHooks(name, context) {
  for (const each of [...hooks[name]]) {
    await each(context);
  }
}

/** A line for the function's log; the host's own words appear only from warnings on. */
function write(level, category, message, invocation) {
  let line = { level, message };
  if (hooks.log.length > 0) {
    const context = hookContext(
      {
        hookData: invocation?.hookData ?? {},
        appHookData,
        category,
        invocationContext: invocation?.context,
      },
      line,
    );
    for (const each of [...hooks.log]) {
      each(context);
    }
    line = context;
  }
  const at = LEVELS.indexOf(line.level);
  if (at < leastLevel || (category === 'system' && at < LEVELS.indexOf('warning'))) {
    return;
  }
  (at >= LEVELS.indexOf('warning') ? process.stderr : process.stdout).write(`${line.message}\n`);
}

module.exports = { functions, appHookData, appLevelHookData, state, hookContext, runHooks, logFrom, write };
