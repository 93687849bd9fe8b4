# SPDX-License-Identifier: Apache-2.0
"""Python, booted before its function is known: imports what it will need, then waits on standard input for the
environment, sets it, and runs the script given as its first argument as if that had been started directly."""

import importlib
import os
import runpy
import sys
import time


def preload(names):
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # the script imports it itself, and says so if it can't


preload(name for name in os.environ.pop("WEFT_PRELOAD", "").split("\n") if name)
os.write(1, b"\0booted\n")
mark, *variables = sys.stdin.buffer.read().split(b"\0")
if mark != b"environment":
    sys.exit(0)  # Weft has ended, or has no use for this process
for variable in variables:
    name, equals, value = variable.partition(b"=")
    if equals and name:
        os.environb[name] = value
time.tzset()
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
del mark, variables, preload
runpy.run_path(sys.argv[0], run_name="__main__")
