# SPDX-License-Identifier: Apache-2.0
"""Scenes of bench/run gateway in which Weft stands beside its peers: they take turns, and medians count.

A scene measures, and tells what it measured: rows for people, bars for the chart, and whether what is to be reached is.
"""

import statistics

from gateway_loads import h2load, wrk
from gateway_peers import PEERS, Benches, settle
from weftprocess import Problem, status_kib

# Compiled code needs as long on one core, which compiles beside its work.
WARM_SECONDS_MAX = 20
LATENCY_BESIDE_DIRECT_MICROS = 500
HTTP2_CONNECTIONS, HTTP2_STREAMS = 16, 4
BODY_CONNECTIONS = 16
IDLE_CONNECTIONS = 10_000
# nginx closes idle connections when it has less than a sixteenth of its room left.
IDLE_CONNECTIONS_MAX = IDLE_CONNECTIONS + 2_000


def median(turns, field):
    return statistics.median(one[field] for one in turns)


def summary(name, turns):
    numbers = {field: round(median(turns, field), 1) for field in turns[0] if field not in ("errors", "seconds")}
    return {"name": name, **numbers, "errors": sum(one["errors"] for one in turns), "turns": turns}


def in_turns(peers, rounds, measure, warm):
    """What `measure` says of each, after all were warmed up."""
    turns = {peer.name: [] for peer in peers}
    for peer in peers:
        warm(peer)
    for _ in range(rounds):
        for peer in peers:
            turns[peer.name].append(measure(peer))
    return [summary(name, each) for name, each in turns.items()]


def by_name(result):
    return {each["name"]: each for each in result["peers"]}


def ratios(rows):
    rates = {row["name"]: row["perSecond"] for row in rows}
    return {
        base: {name: round(rate / rates[base], 3) for name, rate in rates.items()}
        for base in ("haproxy", "nginx", "go")
        if base in rates
    }


def markdown(head, rows):
    """Numbers to the right, names to the left."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def name_of(row):
    return "(no proxy)" if row["name"] == "direct" else row["name"]


def unless_direct(row, text):
    return "–" if row["name"] == "direct" else text


class Throughput:
    """Small answers, as many as one core gives."""

    chart = ("requests/s, one core", "perSecond")

    def measure(self, run):
        def turn(peer, seconds=run.seconds):
            return wrk(peer.url, peer.pid, seconds, run.connections)

        rows = in_turns(run.peers, run.rounds, turn, lambda peer: turn(peer, min(2 * run.seconds, WARM_SECONDS_MAX)))
        return {"seconds": run.seconds, "connections": run.connections, "peers": rows, "ratios": ratios(rows)}

    def table(self, result):
        beside = result["ratios"].get("haproxy", {})
        head = ["proxy", "requests/s", "of haproxy", "CPU µs/request", "p50 µs", "p99 µs", "memory MiB", "errors"]
        return markdown(head, [rate_cells(row, beside) + [unless_direct(row, f"{row['rssMib']:.0f}"), str(row["errors"])]
                               for row in result["peers"]])

    def goals(self, result):
        return [
            (f"{share} of {base}", result["ratios"][base]["weft"], result["ratios"][base]["weft"] >= share)
            for base, share in (("nginx", 0.9), ("go", 3))
            if "weft" in result["ratios"].get(base, {})
        ]


def rate_cells(row, beside):
    ratio = beside.get(row["name"])
    return [
        name_of(row),
        f"{row['perSecond']:,.0f}",
        unless_direct(row, "–" if ratio is None else f"{ratio:.2f}"),
        unless_direct(row, f"{row['cpuMicrosPerRequest']:.1f}"),
        f"{row['p50Micros']:,.0f}",
        f"{row['p99Micros']:,.0f}",
    ]


class Latency:
    """1,000 calls a second, evenly spaced over 64 connections."""

    chart = ("p99 µs at 1,000 requests/s", "p99Micros")

    def measure(self, run):
        def turn(peer):
            return run.load.steady(peer.url, peer.pid, run.short_seconds)

        rows = in_turns(run.peers, run.rounds, turn, turn)
        return {"seconds": run.short_seconds, "connections": 64, "perSecond": 1000, "peers": rows}

    def table(self, result):
        head = ["proxy", "p50 µs", "p99 µs", "p99 over direct", "CPU µs/request", "generator late p99 µs", "errors"]
        direct = by_name(result).get("direct")
        rows = []
        for row in result["peers"]:
            over = row["p99Micros"] - direct["p99Micros"] if direct else 0
            rows.append([
                name_of(row),
                f"{row['p50Micros']:,.0f}",
                f"{row['p99Micros']:,.0f}",
                unless_direct(row, f"{over:+,.0f}" if direct else "–"),
                unless_direct(row, f"{row['cpuMicrosPerRequest']:.0f}"),
                f"{row['lateP99Micros']:,.0f}",
                str(row["errors"]),
            ])
        return markdown(head, rows)

    def goals(self, result):
        seen = by_name(result)
        if not {"direct", "weft"} <= seen.keys():
            return []
        over = round(seen["weft"]["p99Micros"] - seen["direct"]["p99Micros"], 1)
        return [(f"p99 within {LATENCY_BESIDE_DIRECT_MICROS} µs of direct", over, over <= LATENCY_BESIDE_DIRECT_MICROS)]


class Http2:
    """Small answers by HTTP/2 without TLS; to the upstream HTTP/1.1."""

    chart = ("HTTP/2 requests/s, one core", "perSecond")

    def measure(self, run):
        peers = [peer for peer in run.peers if peer.http2_base]

        def turn(peer):
            url = peer.url.replace(peer.base, peer.http2_base)
            return h2load(url, peer.pid, run.short_seconds, HTTP2_CONNECTIONS, HTTP2_STREAMS)

        rows = in_turns(peers, run.rounds, turn, turn)
        about = {"seconds": run.short_seconds, "connections": HTTP2_CONNECTIONS, "streams": HTTP2_STREAMS}
        return {**about, "peers": rows, "ratios": ratios(rows)}

    def table(self, result):
        beside = result["ratios"].get("haproxy", {})
        head = ["proxy", "requests/s", "of haproxy", "CPU µs/request", "p50 µs", "p99 µs", "errors"]
        return markdown(head, [rate_cells(row, beside) + [str(row["errors"])] for row in result["peers"]])

    def goals(self, result):
        return []


class Bodies:
    """Bodies of 1 MiB, down and up."""

    chart = ("MiB/s down, bodies of 1 MiB", "downPerSecond")

    def measure(self, run):
        def turn(peer):
            down = wrk(f"{peer.base}/r57/big", peer.pid, run.body_seconds, BODY_CONNECTIONS)
            up = wrk(f"{peer.base}/r57/take", peer.pid, run.body_seconds, BODY_CONNECTIONS, "upload.lua")
            return {
                "downPerSecond": down["perSecond"],
                "upPerSecond": up["perSecond"],
                "downCpuMicros": down["cpuMicrosPerRequest"],
                "upCpuMicros": up["cpuMicrosPerRequest"],
                "rssMib": up["rssMib"],
                "errors": down["errors"] + up["errors"],
            }

        rows = in_turns(run.peers, run.rounds, turn, turn)
        return {"seconds": run.body_seconds, "connections": BODY_CONNECTIONS, "peers": rows}

    def table(self, result):
        head = ["proxy", "down MiB/s", "up MiB/s", "CPU µs/MiB down", "CPU µs/MiB up", "memory MiB", "errors"]
        return markdown(head, [
            [
                name_of(row),
                f"{row['downPerSecond']:,.0f}",
                f"{row['upPerSecond']:,.0f}",
                unless_direct(row, f"{row['downCpuMicros']:,.0f}"),
                unless_direct(row, f"{row['upCpuMicros']:,.0f}"),
                unless_direct(row, f"{row['rssMib']:.0f}"),
                str(row["errors"]),
            ]
            for row in result["peers"]
        ])

    def goals(self, result):
        return []


class Idle:
    """10,000 connections that have had an answer each and wait, while others call."""

    chart = ("KiB of memory per idle connection", "kibPerConnection")

    def measure(self, run):
        rows = []
        for name in PEERS:
            if name in run.names and name != "direct":
                # Processes that nothing else has made grow: what they freed earlier would hide what they need now.
                with Benches() as benches:
                    rows.append(self.one(run, benches, name))
        return {"connections": IDLE_CONNECTIONS, "peers": rows}

    def one(self, run, benches, name):
        room = {"connections_max": IDLE_CONNECTIONS_MAX} if name in ("haproxy", "nginx") else {}
        peer = benches.peer(name, benches.upstream(), **room)
        wrk(peer.url, peer.pid, run.short_seconds, run.connections)
        before = resident_kib(peer)
        with run.load.idle(peer.url, IDLE_CONNECTIONS) as idle:
            after = resident_kib(peer)
            calls = run.load.steady(peer.url, peer.pid, run.short_seconds)
            end = idle.end()
        if end["opened"] != IDLE_CONNECTIONS:
            raise Problem(f"{name}: {end}")
        return {
            "name": name,
            "kibPerConnection": round((after - before) / IDLE_CONNECTIONS, 2),
            "rssMib": round(after / 1024, 1),
            "p50Micros": round(calls["p50Micros"], 1),
            "p99Micros": round(calls["p99Micros"], 1),
            "answeredAfter": end["answered"],
            "errors": calls["errors"] + IDLE_CONNECTIONS - end["answered"],
        }

    def table(self, result):
        head = ["proxy", "KiB/connection", "memory MiB", "p50 µs meanwhile", "p99 µs meanwhile", "answered afterwards"]
        return markdown(head, [
            [
                row["name"],
                f"{row['kibPerConnection']:.1f}",
                f"{row['rssMib']:.0f}",
                f"{row['p50Micros']:,.0f}",
                f"{row['p99Micros']:,.0f}",
                f"{row['answeredAfter']:,}",
            ]
            for row in result["peers"]
        ])

    def goals(self, result):
        return []


def resident_kib(peer):
    if peer.name == "weft":
        settle(peer.pid)
    return status_kib(peer.pid, "VmRSS")
