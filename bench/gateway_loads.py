# SPDX-License-Identifier: Apache-2.0
"""The load generators of bench/run gateway: wrk, h2load and bench/gateway/load. Each says what it saw as a dict."""

import json
import os
import re
import subprocess
import tempfile

from weftprocess import ROOT, Problem, cpu_seconds, status_kib

PROXY_CORE, LOAD_CORE = 0, 1
GATEWAY = ROOT / "bench/gateway"


def pinned(core, *command):
    return ["taskset", "-c", str(core), *command]


def build_go(name, folder):
    """The program of bench/gateway/NAME, built into `folder`."""
    binary = folder / f"go{name}"
    done = subprocess.run(
        ["go", "build", "-o", str(binary), "."],
        cwd=GATEWAY / name,
        env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Problem(f"go build: {done.stderr}")
    return str(binary)


def micros(text):
    """wrk's 593.00us, 1.27ms, 1.02s as microseconds."""
    matched = re.fullmatch(r"([0-9.]+)(us|ms|s|m)", text)
    if not matched:
        raise Problem(f"wrk says '{text}' for a time; a longer turn (--seconds) gives it more to measure")
    number, unit = matched.groups()
    return float(number) * {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000}[unit]


class Spent:
    """What a proxy's process uses while something is measured; nothing where there is no proxy."""

    def __init__(self, pid):
        self.pid = pid
        self.before = cpu_seconds(pid) if pid else 0

    def of(self, requests):
        used = cpu_seconds(self.pid) - self.before if self.pid else 0
        return {
            "cpuMicrosPerRequest": used * 1e6 / max(1, requests),
            "rssMib": status_kib(self.pid, "VmRSS") / 1024 if self.pid else 0,
        }


def output(command, seconds):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise Problem(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def wrk(url, pid, seconds, connections, script=None, *arguments):
    """As many calls as there are answers: each of the connections always waits for one."""
    spent = Spent(pid)
    lua = [] if script is None else ["-s", str(GATEWAY / script)]
    more = ["--", *map(str, arguments)] if arguments else []
    command = pinned(LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *lua, url, *more)
    said = output(command, seconds)
    requests, took = re.search(r"(\d+) requests in ([0-9.]+\w+)", said).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return {
        "perSecond": float(re.search(r"Requests/sec:\s+([0-9.]+)", said).group(1)),
        "p50Micros": micros(re.search(r"^\s+50%\s+(\S+)", said, re.M).group(1)),
        "p99Micros": micros(re.search(r"^\s+99%\s+(\S+)", said, re.M).group(1)),
        **spent.of(int(requests)),
        "errors": (int(bad.group(1)) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0),
        "seconds": micros(took) / 1e6,
    }


def h2load(url, pid, seconds, connections, streams):
    """The same by HTTP/2 without TLS: `streams` calls under way on each of the connections."""
    spent = Spent(pid)
    with tempfile.NamedTemporaryFile(prefix="h2load-", suffix=".log") as log:
        load = ("h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}", f"--log-file={log.name}", url)
        said = output(pinned(LOAD_CORE, *load), seconds)
        rows = [line.split() for line in open(log.name)]
    took = sorted(int(micros) for _, status, micros in rows if status == "200")
    if not took:
        raise Problem(f"h2load had no answer from {url}: {said}")
    return {
        "perSecond": float(re.search(r"finished in \S+, ([0-9.]+) req/s", said).group(1)),
        "p50Micros": took[len(took) // 2],
        "p99Micros": took[len(took) * 99 // 100],
        **spent.of(len(rows)),
        "errors": len(rows) - len(took),
    }


class Load:
    """bench/gateway/load, built."""

    def __init__(self, folder):
        self.binary = build_go("load", folder)

    def steady_command(self, url, seconds, connections=64, rate=1000, warm=1.0, targets=None):
        numbers = {"connections": connections, "rate": rate, "warm": warm, "seconds": seconds}
        options = [f"-{name}={value}" for name, value in numbers.items()]
        options += [f"-targets={targets}"] if targets else []
        return pinned(LOAD_CORE, self.binary, "steady", f"-url={url}", *options)

    def steady(self, url, pid, seconds, **numbers):
        spent = Spent(pid)
        seen = json.loads(output(self.steady_command(url, seconds, **numbers), seconds))
        return {**seen, **spent.of(seen["calls"])}

    def idle(self, url, connections):
        return Idle(pinned(LOAD_CORE, self.binary, "idle", f"-url={url}", f"-connections={connections}"))


class Idle:
    """Connections that have had one answer each, and wait. As a context manager: gone afterwards."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        if self.process.stdout.readline().strip() != "open":
            raise Problem(f"{' '.join(self.command)}: ended with {self.process.wait()}")
        return self

    def end(self):
        """One more call over each; how many were answered."""
        said, _ = self.process.communicate(timeout=120)
        return json.loads(said)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
