# SPDX-License-Identifier: Apache-2.0
"""The scene of bench/run gateway that asks what a cloud's own protocol costs: an event and a signature for each call."""

from gateway_growth import beside, compared
from gateway_loads import LOAD_CORE, pinned, wrk
from gateway_peers import Benches, route
from gateway_scenes import in_turns
from weftprocess import free_ports

SIGNED_MIN = 0.6
KEYS = {"AWS_ACCESS_KEY_ID": "AKIABENCHBENCHBENCH0", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_SESSION_TOKEN": ""}


def cloud(name, spec):
    return f"apiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


def function(name, contract, there):
    return (
        f"apiVersion: weft.dev/v1alpha1\nkind: Function\nmetadata: {{name: {name}}}\nspec:\n  contract: {contract}\n"
        "  existing: true\n  maxInstances: 1000\n"
        f"  placement: {{clouds: [{{name: {there}, as: hello}}]}}\n"
    )


def played_clouds(benches):
    """Address of an nginx that plays every cloud."""
    port = free_ports(1)[0]
    config = benches.written("clouds.conf", BENCH_PORT=port)
    command = ["nginx", "-p", str(config.parent), "-e", "stderr", "-c", str(config)]
    process, problem = benches.start(pinned(LOAD_CORE, *command))
    address = f"http://127.0.0.1:{port}"
    benches.answering(address, process, problem)
    return address


def compared_ways(run, ways):
    """What is seen of two ways to ask one Weft, in turns after both were warmed up."""

    def turn(asked):
        return asked.turn(run.short_seconds, run.connections)

    def warm(asked):
        for _ in range(3):
            turn(asked)

    rows = in_turns(ways, run.rounds, turn, warm)
    return {"seconds": run.short_seconds, "connections": run.connections, "rows": rows, **beside(rows)}


class Asked:
    """One of the two ways to that nginx; takes turns with the other."""

    def __init__(self, name, peer, path):
        self.name, self.peer, self.url = name, peer, f"{peer.base}/{path}"

    def turn(self, seconds, connections):
        return wrk(self.url, self.peer.pid, seconds, connections, "post.lua")


class Signed:
    """Small POSTs through weft serve to one nginx, as a Knative function and as one of Lambda."""

    chart = None

    def measure(self, run):
        with Benches() as benches:
            address = played_clouds(benches)
            role = "account: {role: 'arn:aws:iam::123456789012:role/functions'}"
            app = benches.application([
                cloud("cluster", f"type: knative, endpoint: '{address}'"),
                cloud("region", f"type: aws, region: eu-west-1, endpoint: '{address}', {role}"),
                function("plain", "http", "cluster"),
                function("signed", "aws-lambda", "region"),
                route("plain", "plain"),
                route("signed", "signed"),
            ])
            (app / "weft.yaml").unlink()
            peer = benches.weft(app, asked=None, verb=("serve", "-f"), env=KEYS)
            ways = [Asked("Knative, unsigned", peer, "plain/x"), Asked("Lambda, signed", peer, "signed/x")]
            for each in ways:
                benches.answering(each.url)
            return compared_ways(run, ways)

    def table(self, result):
        return compared(result)

    def goals(self, result):
        return [(f"{SIGNED_MIN} of the unsigned rate", result["rate"], result["rate"] >= SIGNED_MIN)]
