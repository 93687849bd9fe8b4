# SPDX-License-Identifier: Apache-2.0
"""Scenes of bench/run gateway that ask what becomes of Weft as applications grow, and while they change."""

import http.client
import json
import os
import re
import statistics
import subprocess
import time

from gateway_loads import wrk
from gateway_peers import ONE_ALWAYS, ROUTES, Benches, function, route, settle, write_documents
from gateway_scenes import in_turns, markdown
from weftprocess import Problem, fetch, status_kib, wait_until

FUNCTIONS = 10_000
FUNCTIONS_MIB_MAX = 200
FEW_ROUTES, MANY_ROUTES = 10, 5_000
ROUTES_DIFFERENCE_MAX = 0.05
ROTATION_MIN = 0.8
CHANGED_AMONG = 3_000
CHANGE_MILLIS_MAX = 30
CHANGE_WAIT_MAX = 5
CHANGE_PAUSE = 0.2
# How long Weft waits after a save for further ones (CodeWatcher.QUIET).
QUIET_MILLIS = 150


class Memory:
    """What 10,000 functions with a route each take, none of them started."""

    chart = None

    def measure(self, run):
        one, many = self.resident(1), self.resident(FUNCTIONS)
        return {"functions": FUNCTIONS, "oneMib": one, "manyMib": many, "addedMib": round(many - one, 1)}

    def resident(self, count):
        documents = []
        for n in range(count):
            documents += [function(f"f{n}"), route(f"r{n}", f"f{n}")]
        with Benches() as benches:
            peer = benches.weft(benches.application(documents), asked=None)
            status, _ = fetch(f"{peer.base}/no-such-route")
            if status != 404:
                raise Problem(f"{count} functions: status {status} for a path without a route")
            settle(peer.pid)
            return round(status_kib(peer.pid, "VmRSS") / 1024, 1)

    def table(self, result):
        cells = [f"{result['oneMib']:.0f}", f"{result['manyMib']:.0f}", f"{result['addedMib']:.0f}"]
        return markdown(["functions", "1", f"{result['functions']:,}", "added"], [["memory MiB", *cells]])

    def goals(self, result):
        return [(f"under {FUNCTIONS_MIB_MAX} MiB", result["addedMib"], result["addedMib"] < FUNCTIONS_MIB_MAX)]


class Asked:
    """One way of asking the one Weft of a scene; takes turns with others as a peer does."""

    def __init__(self, name, peer, paths):
        self.name, self.peer, self.paths = name, peer, paths

    def turn(self, seconds, connections):
        return wrk(self.peer.base, self.peer.pid, seconds, connections, "paths.lua", self.paths)


class Routes:
    """One Weft whose documents are saved with 10 routes and with 5,000 in turn; calls go to each of the routes there are."""

    chart = None

    def measure(self, run):
        few = [route(f"r{n}", "upstream") for n in range(FEW_ROUTES)]
        further = [route(f"r{n}", "upstream") for n in range(FEW_ROUTES, MANY_ROUTES)]
        with Benches() as benches:
            app = benches.application([function("upstream", ONE_ALWAYS), *few])
            peer = benches.weft(app, asked="r0/x")
            last = f"{peer.base}/r{MANY_ROUTES - 1}/x"

            def turn(asked):
                if asked.paths == MANY_ROUTES:
                    write_documents(app, "further", further)
                else:
                    for file in app.glob("further-*.yaml"):
                        file.unlink()
                wanted = 200 if asked.paths == MANY_ROUTES else 404
                wait_until(f"{last} answers {wanted}", 30, lambda: fetch(last)[0] == wanted)
                settle(peer.pid)
                return asked.turn(run.short_seconds, run.connections)

            # One and the same JVM: two would differ by more than 5 % in what their compilers made of the code.
            rows = in_turns(
                [Asked(f"{count:,} routes", peer, count) for count in (FEW_ROUTES, MANY_ROUTES)], run.rounds, turn, turn
            )
        return {"seconds": run.short_seconds, "connections": run.connections, "rows": rows, **beside(rows)}

    def table(self, result):
        return compared(result)

    def goals(self, result):
        held = result["rate"] >= 1 - ROUTES_DIFFERENCE_MAX
        return [(f"throughput within {ROUTES_DIFFERENCE_MAX:.0%}", result["rate"], held)]


class Functions:
    """A hundred functions in rotation, each with an instance of its own, beside one of them by the same script."""

    chart = None

    def measure(self, run):
        rows = []
        with Benches() as benches:
            names = [f"f{n}" for n in range(ROUTES)]
            documents = [function(name, ONE_ALWAYS) for name in names]
            documents += [route(f"r{n}", name) for n, name in enumerate(names)]
            app = benches.application(documents)
            rows += self.rotated(run, benches.weft(app, asked="r0/x"))
        for name in ("haproxy", "nginx"):
            if name in run.names:
                with Benches() as benches:
                    upstreams = [benches.upstream() for _ in range(ROUTES)]
                    rows += self.rotated(run, getattr(benches, name)(upstreams))
        return {"seconds": run.short_seconds, "connections": run.connections, "rows": rows, **beside(rows)}

    def rotated(self, run, peer):
        for n in range(ROUTES):
            url = f"{peer.base}/r{n}/x"
            wait_until(f"{url} answers", 60, lambda url=url: fetch(url)[0] == 200)
        ways = [Asked(f"{peer.name}, {count}", peer, count) for count in (1, ROUTES)]

        def turn(asked):
            return asked.turn(run.short_seconds, run.connections)

        return in_turns(ways, run.rounds, turn, turn)

    def table(self, result):
        return compared(result)

    def goals(self, result):
        return [(f"{ROTATION_MIN} of one function's rate", result["rate"], result["rate"] >= ROTATION_MIN)]


def beside(rows):
    """The second of the rows by the first."""
    one, other = rows[:2]
    return {
        "rate": round(other["perSecond"] / one["perSecond"], 3),
        "cpu": round(other["cpuMicrosPerRequest"] / one["cpuMicrosPerRequest"], 3),
    }


def compared(result):
    """Rows in pairs, the second of each beside the first."""
    rows = []
    for first, row in zip([each for each in result["rows"][::2] for _ in range(2)], result["rows"]):
        rows.append([
            row["name"],
            f"{row['perSecond']:,.0f}",
            f"{row['perSecond'] / first['perSecond']:.2f}",
            f"{row['cpuMicrosPerRequest']:.1f}",
            f"{row['p50Micros']:,.0f}",
            f"{row['p99Micros']:,.0f}",
            str(row["errors"]),
        ])
    return markdown(["asked", "requests/s", "of the first", "CPU µs/request", "p50 µs", "p99 µs", "errors"], rows)


class Change:
    """One route of 3,000 leads elsewhere, again and again, while 1,000 calls a second go by the others."""

    chart = None

    def measure(self, run):
        both = ["a", "b"]
        with Benches() as benches:
            documents = [function(name, f"  env: {{ANSWER: {name}}}\n{ONE_ALWAYS}") for name in both]
            documents += [route(f"r{n}", both[n % 2]) for n in range(CHANGED_AMONG - 1)]
            app = benches.application(documents)
            flip(app, "a")
            peer = benches.weft(app, asked="flip/x")
            targets = benches.folder / "targets"
            targets.write_text("".join(f"/r{n}/x {both[n % 2]}\n" for n in range(CHANGED_AMONG - 1)))
            self.changes(peer, app, 3)  # compiled by now
            before = stages(peer)
            load = subprocess.Popen(
                run.load.steady_command(peer.base, run.seconds, targets=targets), stdout=subprocess.PIPE, text=True
            )
            seen = self.changes(peer, app, None, load, run.seconds)
            said, _ = load.communicate(timeout=30)
            after = stages(peer)
        calls = json.loads(said)
        millis = sorted(seen["millis"])
        return {
            "routes": CHANGED_AMONG,
            "changes": len(millis),
            "savedToLiveMillis": {"median": round(statistics.median(millis), 1), "max": round(millis[-1], 1)},
            "stagesMillis": {name: mean(before.get(name), each) for name, each in after.items()},
            "misrouted": seen["misrouted"] + calls["wrong"],
            "failed": seen["failed"] + calls["errors"],
            "calls": calls,
        }

    def changes(self, peer, app, count, load=None, seconds=0):
        """Saves and watches the route until it leads where it should; so often, or for so long as the load goes on."""
        seen = {"millis": [], "misrouted": 0, "failed": 0}
        began = time.monotonic()
        host = peer.base.removeprefix("http://")
        wire = http.client.HTTPConnection(host, timeout=CHANGE_WAIT_MAX)
        was = answer(wire)
        while len(seen["millis"]) < count if count else load.poll() is None and time.monotonic() - began < seconds:
            wanted = "b" if was == "a" else "a"
            flip(app, wanted)
            saved = time.monotonic()
            live = None
            while time.monotonic() - saved < (live or CHANGE_WAIT_MAX) + CHANGE_PAUSE:
                now = answer(wire)
                if now == wanted:
                    live = live or time.monotonic() - saved
                elif now != was:
                    seen["failed"] += 1
                elif live:
                    seen["misrouted"] += 1  # back to what was before
                time.sleep(0.0005)
            if live is None:
                raise Problem(f"a saved route is not live after {CHANGE_WAIT_MAX} s")
            seen["millis"].append(live * 1000)
            was = wanted
        wire.close()
        return seen

    def table(self, result):
        saved = result["savedToLiveMillis"]
        stages_millis = result["stagesMillis"]
        head = ["changes", "median ms", "of it read", "deploy", "route", "max ms", "calls", "p99 µs", "failed", "misrouted"]
        return markdown(head, [[
            str(result["changes"]),
            f"{saved['median']:.0f}",
            *(f"{stages_millis[name]:.1f}" for name in ("read", "deploy", "route")),
            f"{saved['max']:.0f}",
            f"{result['calls']['calls']:,}",
            f"{result['calls']['p99Micros']:,.0f}",
            str(result["failed"]),
            str(result["misrouted"]),
        ]])

    def goals(self, result):
        whole = round(result["savedToLiveMillis"]["median"] - QUIET_MILLIS, 1)
        turned = result["stagesMillis"]["route"]
        wrong = result["failed"] + result["misrouted"]
        return [
            (f"the gateway turns in under {CHANGE_MILLIS_MAX} ms", turned, turned < CHANGE_MILLIS_MAX),
            (f"from save to live under {CHANGE_MILLIS_MAX} ms beside the {QUIET_MILLIS} of waiting", whole, whole < CHANGE_MILLIS_MAX),
            ("no call failed or misrouted", wrong, wrong == 0),
        ]


def flip(app, to):
    """Saves at once, as editors do: another file takes the place."""
    (app / ".flip").write_text(route("flip", to))
    os.replace(app / ".flip", app / "flip.yaml")


def answer(wire):
    """The word of the answer; else its status, or what went wrong."""
    try:
        wire.request("GET", "/flip/x")
        said = wire.getresponse()
        body = said.read().decode().strip()
        return body if said.status == 200 else str(said.status)
    except (OSError, http.client.HTTPException) as broken:
        wire.close()
        return repr(broken)


def stages(peer):
    """Sum of seconds and count by stage of what changes of documents took."""
    _, text = fetch(f"http://127.0.0.1:{peer.weft.admin_port}/metrics")
    found = {}
    for part in ("sum", "count"):
        for name, value in re.findall(rf'^weft_change_seconds_{part}\{{stage="(\w+)"\}} (\S+)$', text.decode(), re.M):
            found.setdefault(name, {})[part] = float(value)
    return found


def mean(before, after):
    """Milliseconds each, of what came between."""
    before = before or {"sum": 0, "count": 0}
    return round((after["sum"] - before["sum"]) * 1000 / max(1, after["count"] - before["count"]), 2)
