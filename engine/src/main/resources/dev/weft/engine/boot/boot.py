# SPDX-License-Identifier: Apache-2.0
"""Python, booted before its function is known. Loads the host's script, which defines `main`, and what that will need,
and calls its `rehearse`, if there is one; then waits on standard input for the environment, sets it, and calls `main`."""

import gc
import marshal
import os
import sys
import time
import types

# before the code in a compiled file
HEAD_BYTES = 16


def load(path):
    """Runs the script, or what Weft had this Python compile of it. Without importlib.util, which takes 2 ms to load."""
    module = types.ModuleType("weft_program")
    module.__file__ = path
    exec(compiled(path + "c") or source(path), module.__dict__)
    return module


def compiled(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return None
    magic = sys.modules["_frozen_importlib_external"].MAGIC_NUMBER  # as importlib.util has it
    return marshal.loads(data[HEAD_BYTES:]) if data[: len(magic)] == magic else None


def source(path):
    with open(path, "rb") as file:
        return compile(file.read(), path, "exec")


def preload(names):
    import importlib

    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            pass  # the script imports it itself, and says so if it can't


def environment():
    """Waits for it and sets it. Nothing comes when Weft has ended, or has no use for this process."""
    mark, *variables = sys.stdin.buffer.read().split(b"\0")
    if mark != b"environment":
        sys.exit(0)
    for variable in variables:
        name, equals, value = variable.partition(b"=")
        if name and equals:
            os.environb[name] = value
    time.tzset()
    # read once, at Python's own start
    path = os.environ.get("PYTHONPATH")
    if path:
        sys.path[1:1] = [folder for folder in path.split(os.pathsep) if folder]


names = [name for name in os.environ.pop("WEFT_PRELOAD", "").split(",") if name]
boot = os.environ.pop("WEFT_BOOT", "")  # "now": the environment is there; "soon": it comes at once; else one day
if not boot:
    preload(names)
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
program = load(sys.argv[0])
if not boot and hasattr(program, "rehearse"):
    program.rehearse()
# what is here now stays: the collector need not look at it again
gc.freeze()
if boot != "now":
    os.write(1, b"\0booted\n")
    environment()
program.main()
