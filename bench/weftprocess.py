# SPDX-License-Identifier: Apache-2.0
"""A Weft of our own: free ports, a home of its own, watched from outside, and nothing left behind.

Used by bench/run, bench/soak, bench/big-body and .ci/example. Standard library only.
"""

import collections
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
PR_SET_CHILD_SUBREAPER = 36


class Problem(Exception):
    """Something a person must look at; printed without a stack trace."""


def adopt_orphans():
    """Processes whose parents end become children of this one, so that none can hide from `leftovers`."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def free_ports(count):
    """Ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def wait_until(what, seconds, condition):
    """Polls until `condition` is truthy and returns that; fails naming `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Problem(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def children(pid):
    """Living descendants of a process as {pid: command}; zombies are not alive."""
    parents, commands = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            name, rest = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
            if rest[0] not in "ZX":
                parents[int(entry)], commands[int(entry)] = int(rest[1]), name
    found, looking = {}, [pid]
    while looking:
        parent = looking.pop()
        for child, its_parent in parents.items():
            if its_parent == parent and child not in found:
                found[child] = commands[child]
                looking.append(child)
    return found


def status_kib(pid, field):
    """One field of /proc/PID/status, for example VmRSS, as a number."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise Problem(f"process {pid} has no {field}")


def cpu_seconds(pid):
    """User and system time used so far."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = stat[stat.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent_seconds(pid):
    """Processor time of a process, of those beneath it that live and of those that were waited for."""
    ticks = 0
    for each in [pid, *children(pid)]:
        try:
            stat = pathlib.Path(f"/proc/{each}/stat").read_text()
        except OSError:  # it has just ended
            continue
        ticks += sum(map(int, stat[stat.rindex(")") + 2 :].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def fetch(url, data=None, seconds=10):
    """Status and body; an error status is an answer, no connection is (0, why)."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=seconds) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return 0, str(error).encode()


def load(url, seconds, connections, rate, body=None):
    """What bench/load.mjs counted; `body` is a file."""
    command = ["node", str(ROOT / "bench/load.mjs"), url, str(seconds), str(connections), str(rate)]
    command += [] if body is None else [str(body)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise Problem(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout)


class Weft:
    """`weft up PATH`, or another verb before PATH, as a process. Use as a context manager: it is stopped whatever happens."""

    def __init__(self, path, *options, home=None, prefix=(), quiet=False, verb=("up",), env=None):
        self.port, self.admin_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.own_home = home is None
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="weft-home-"))
        self.env = {**os.environ, **(env or {}), "WEFT_HOME": str(self.home)}
        self.env.pop("WEFT_ADMIN_URL", None)  # of another Weft
        ports = ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        self.command = [*prefix, str(ROOT / "weft"), *verb, str(path), *ports, *options]
        self.log = pathlib.Path(os.devnull) if quiet else self.home / "up.log"
        self.process = None

    def __enter__(self):
        self.home.mkdir(mode=0o700, exist_ok=True)
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            wait_until("weft is ready", READY_SECONDS_MAX, self.is_ready)
        except BaseException:
            print(self.log_tail(), file=sys.stderr)
            self.__exit__()
            raise
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise Problem(f"{' '.join(self.command)}: ended with {self.process.returncode}")
        return fetch(f"http://127.0.0.1:{self.admin_port}/readyz", seconds=2)[0] == 200

    def __exit__(self, *_):
        self.kill()
        for left in children(os.getpid()):
            try:
                os.kill(left, signal.SIGKILL)
            except OSError:
                pass
        if self.own_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def log_tail(self):
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])

    def java_pid(self):
        """The JVM itself; the launcher may have replaced itself by it."""
        tree = {self.process.pid: pathlib.Path(f"/proc/{self.process.pid}/comm").read_text().strip()}
        tree.update(children(self.process.pid))
        for pid, name in tree.items():
            if name == "java":
                return pid
        raise Problem(f"no java among {tree}")

    def cli(self, *arguments, data=None):
        """Runs a verb of the CLI against this Weft and returns what it printed."""
        done = subprocess.run(
            [str(ROOT / "weft"), *arguments], cwd=ROOT, env=self.env, input=data, capture_output=True, timeout=60
        )
        if done.returncode != 0:
            raise Problem(
                f"weft {' '.join(arguments)}: exit code {done.returncode}\n"
                f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}"
            )
        return done.stdout.decode()

    def admin(self, path, data=None):
        """What the admin API answers under /weft/v1: without a second JVM, which would take a share of the processors under load."""
        token = max(self.home.glob("run/*/token"), key=lambda each: each.stat().st_mtime).read_text().strip()
        url = f"http://127.0.0.1:{self.admin_port}/weft/v1{path}"
        headers = {"Authorization": f"Bearer {token}", "content-type": "application/json"}
        body = None if data is None else json.dumps(data).encode()
        try:
            return json.load(urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=10))
        except OSError as problem:
            raise Problem(f"{url}: {problem}") from None

    def fault(self, cloud, verb):
        """What `weft cloud VERB CLOUD` does."""
        self.admin(f"/clouds/{cloud}/fault", {"fault": verb})

    def journal_of_failures(self, most):
        """The journal's first lines of calls that failed, which say what was tried where."""
        lines = []
        for file in sorted(self.home.glob("run/*/calls.jsonl")):
            for line in file.read_text(errors="replace").splitlines():
                call = json.loads(line)
                if call.get("status", 0) >= 500:
                    lines.append(line)
        return lines[:most]

    def metric(self, name):
        """The sum of a metric's values, over its labels."""
        status, text = fetch(f"http://127.0.0.1:{self.admin_port}/metrics")
        found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? ([-0-9.eE]+)$", text.decode(), re.M)
        if status != 200 or not found:
            raise Problem(f"no metric {name}, status {status}")
        return sum(map(float, found))

    def instances(self):
        """How many there are. Not all processes beneath the JVM are instances: some wait to become one."""
        return int(self.metric("weft_instances"))

    def fds(self):
        return len(os.listdir(f"/proc/{self.java_pid()}/fd"))

    def threads(self):
        """Names of the JVM's threads, without the numbers at their ends, and how many bear each."""
        names = collections.Counter()
        for task in pathlib.Path(f"/proc/{self.java_pid()}/task").iterdir():
            try:
                names[(task / "comm").read_text().strip().rstrip("0123456789")] += 1
            except OSError:
                pass  # ended while we looked
        return names

    def rss_kib(self):
        return status_kib(self.java_pid(), "VmRSS")

    def stop(self):
        """Ctrl-C; returns the exit code and what is still alive afterwards."""
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise Problem(f"weft did not stop within {STOP_SECONDS_MAX} s of SIGINT\n{self.log_tail()}") from None
        return code, leftovers()

    def kill(self):
        """kill -9 of the JVM, as a crash would be: its functions get no word of it."""
        if self.process and self.process.poll() is None:
            try:
                os.kill(self.java_pid(), signal.SIGKILL)
            except (OSError, Problem):
                pass
            self.process.kill()
            self.process.wait()


def leftovers(seconds=5):
    """Descendants of this process that are still alive after a grace; needs adopt_orphans()."""
    try:
        wait_until("no process left", seconds, lambda: not reap() and not children(os.getpid()))
    except Problem:
        return children(os.getpid())
    return {}


def reap():
    """Collects adopted processes that have ended; always False, for use in conditions."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    return False


def run_main(main):
    """Runs a script's main and turns Problem into one message and exit code 1."""
    adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    try:
        sys.exit(main())
    except Problem as problem:
        print(f"failed: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")
