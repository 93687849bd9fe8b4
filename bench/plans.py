# SPDX-License-Identifier: Apache-2.0
"""How long `weft plan` takes, from the start of its process to its end.

The clouds are regions of bench/lambda, a Lambda API in memory whose answers come 20 ms after their questions. Half of
the functions are there already, put there by `weft apply`; the other half are only in the documents. Each function has
a code folder of its own. A plan reads the documents, packages every folder, asks every cloud what it has, and compares.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from weftprocess import ROOT, Problem, fetch, free_ports, wait_until

SMALL, LARGE = 10, 1000
LARGE_CLOUDS = 5
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1")
LATENCY_MS = 20
DOCUMENTS_A_FILE = 100
NOTHING, CHANGES = 0, 2
SECONDS_MAX = 120
# To reach, in seconds.
LARGE_MAX, SMALL_MAX = 10, 1
CODE_LINES = 80


def cloud(region, port):
    return (
        "apiVersion: weft.dev/v1alpha1\nkind: Cloud\n"
        f"metadata: {{name: {region}, labels: {{app.kubernetes.io/part-of: bench}}}}\n"
        f"spec: {{type: aws, region: {region}, endpoint: 'http://127.0.0.1:{port}', "
        "account: {role: 'arn:aws:iam::123456789012:role/functions'}}\n"
    )


def function(number, region):
    return (
        f"apiVersion: weft.dev/v1alpha1\nkind: Function\nmetadata: {{name: f{number}}}\nspec:\n"
        "  contract: aws-lambda\n  runtime: nodejs22.x\n  handler: index.handler\n"
        f"  code: {{path: ./code/f{number}}}\n  memory: 256Mi\n  timeout: 10s\n"
        f"  env: {{STAGE: bench, NUMBER: '{number}'}}\n  placement: {{clouds: [{{name: {region}}}]}}\n"
    )


def code(folder, number):
    """Three small files, different for each function."""
    (folder / "lib").mkdir(parents=True)
    lines = "".join(f"export const word{i} = 'word {i} of function {number}';\n" for i in range(CODE_LINES))
    (folder / "lib/words.mjs").write_text(lines)
    (folder / "index.mjs").write_text(
        "import { word1 } from './lib/words.mjs';\n"
        "export const handler = async () => ({ statusCode: 200, body: word1 });\n"
    )
    (folder / "package.json").write_text(f'{{"name": "f{number}", "type": "module"}}\n')


class Application:
    """Documents and code of so many functions in a folder, and of the first half of them in another."""

    def __init__(self, folder, functions, clouds, port):
        self.whole, self.half = folder / "whole", folder / "half"
        regions = REGIONS[:clouds]
        documents = [function(i, regions[i % clouds]) for i in range(functions)]
        self.whole.mkdir(parents=True)
        for i in range(functions):
            code(self.whole / f"code/f{i}", i)
        self.half.mkdir()
        (self.half / "code").symlink_to(self.whole / "code")
        for place, part in ((self.whole, documents), (self.half, documents[: functions // 2])):
            (place / "weft.yaml").write_text("---\n".join(cloud(region, port) for region in regions))
            for first in range(0, len(part), DOCUMENTS_A_FILE):
                (place / f"functions-{first}.yaml").write_text("---\n".join(part[first : first + DOCUMENTS_A_FILE]))


class Lambda:
    """bench/lambda, running."""

    def __init__(self, binary, latency_ms):
        self.port = free_ports(1)[0]
        self.command = [str(binary), "-port", str(self.port), "-latency", f"{latency_ms}ms"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_until("bench/lambda answers", 30, lambda: fetch(f"http://127.0.0.1:{self.port}/calls", seconds=2)[0] == 200)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def calls(self):
        """Answered since this was asked last."""
        return int(fetch(f"http://127.0.0.1:{self.port}/calls")[1])


def build(folder):
    if not shutil.which("go"):
        raise Problem("not installed: go. bench/install-debian installs it")
    binary = folder / "lambda"
    done = subprocess.run(
        ["go", "build", "-o", str(binary), "."],
        cwd=ROOT / "bench/lambda",
        env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Problem(f"go build: {done.stderr}")
    return binary


def weft(home, wanted, *arguments):
    """Runs a verb and returns what it said, how long it took and what it used."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env.update(WEFT_HOME=str(home), AWS_ACCESS_KEY_ID="AKIABENCHBENCHBENCH0", AWS_SECRET_ACCESS_KEY="bench")
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(ROOT / "weft"), *arguments], cwd=home, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = process.stdout.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - begin
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != wanted:
        raise Problem(f"weft {' '.join(arguments)}: exit code {process.returncode} instead of {wanted}\n{said[-3000:]}")
    return said, took, {"cpuSeconds": used.ru_utime + used.ru_stime, "rssMib": used.ru_maxrss / 1024}


def measure(binary, functions, clouds, latency_ms, runs):
    """Plans of one application, as separate processes."""
    with tempfile.TemporaryDirectory(prefix="weft-plan-") as folder, Lambda(binary, latency_ms) as there:
        folder = pathlib.Path(folder)
        home = folder / "home"
        home.mkdir()
        application = Application(folder, functions, clouds, there.port)
        _, applied, _ = weft(home, NOTHING, "apply", "--yes", "-f", str(application.half))
        weft(home, NOTHING, "plan", "-f", str(application.half))
        took, used = [], []
        there.calls()
        for _ in range(runs):
            said, seconds, spent = weft(home, CHANGES, "plan", "-f", str(application.whole))
            rest = functions - functions // 2
            if f"{rest} to create" not in said or f"{functions // 2} as wanted" not in said:
                raise Problem(f"the plan should create {rest} functions and find the others as wanted:\n{said[-2000:]}")
            took.append(seconds)
            used.append(spent)
        return {
            "functions": functions,
            "clouds": clouds,
            "latencyMs": latency_ms,
            "runs": runs,
            "seconds": [round(each, 3) for each in took],
            "median": round(statistics.median(took), 3),
            "max": round(max(took), 3),
            "calls": there.calls() // runs,
            "cpuSeconds": round(statistics.median(each["cpuSeconds"] for each in used), 2),
            "rssMib": round(statistics.median(each["rssMib"] for each in used)),
            "applySeconds": round(applied, 2),
        }


def goals(rows):
    """What is to be reached, what was seen, and whether that holds."""
    found = []
    for row in rows:
        most = LARGE_MAX if row["functions"] == LARGE else SMALL_MAX
        where = f"{row['functions']:,} functions on {row['clouds']} cloud{'s' * (row['clouds'] > 1)} at {row['latencyMs']} ms a call"
        found.append((f"{where}: under {most} s", row["median"], row["median"] < most))
    return found


def table(rows):
    lines = [
        "| functions | clouds | ms a call | calls | plans | median s | slowest s | CPU s | memory MiB | apply of the first half s |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        cells = [f"{row['functions']:,}", str(row["clouds"]), str(row["latencyMs"]), f"{row['calls']:,}", str(row["runs"])]
        cells += [f"{row['median']:.2f}", f"{row['max']:.2f}", f"{row['cpuSeconds']:.2f}", f"{row['rssMib']:,}", f"{row['applySeconds']:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
