# SPDX-License-Identifier: Apache-2.0
"""The scene of bench/run that asks what a vendor's API costs here: a body gathered and a signature checked for each call."""

import datetime
import hashlib
import hmac
import json
import os
import subprocess
import tempfile

from gateway_growth import beside, compared
from gateway_loads import LOAD_CORE, pinned, wrk
from gateway_peers import Benches, route
from gateway_scenes import in_turns
from gateway_signed import cloud, function
from weftprocess import ROOT, Problem, free_ports, wait_until

FACADE_MIN = 0.5
PAYLOAD = '{"order": 4711, "customer": "c-17", "items": [{"sku": "a-1", "count": 2}, {"sku": "b-7", "count": 1}]}'
PATH = "/2015-03-31/functions/plain/invocations"


def signature_fields(host, key, secret):
    """Fields of a signed Invoke; good for five minutes, and so for a turn, whatever asks with them."""
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    day, region = time[:8], "eu-west-1"
    body = hashlib.sha256(PAYLOAD.encode()).hexdigest()
    canonical = f"POST\n{PATH}\n\nhost:{host}\nx-amz-date:{time}\n\nhost;x-amz-date\n{body}"
    scope = f"{day}/{region}/lambda/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = ("AWS4" + secret).encode()
    for step in (day, region, "lambda", "aws4_request", text):
        signing = hmac.new(signing, step.encode(), hashlib.sha256).digest()
    said = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signing.hex()}"
    return {"x-amz-date": time, "authorization": said}


class Plain:
    """The function by its route."""

    name = "plain route"

    def __init__(self, peer):
        self.peer, self.url = peer, f"{peer.base}/plain/x"

    def turn(self, seconds, connections):
        return wrk(self.url, self.peer.pid, seconds, connections, "post.lua")


class Facade:
    """The same function as AWS's clients call it; signed anew for each turn."""

    name = "Lambda façade, signature checked"

    def __init__(self, peer, port, key):
        self.peer, self.host, self.key = peer, f"127.0.0.1:{port}", key
        self.url = f"http://{self.host}{PATH}"

    def turn(self, seconds, connections):
        fields = signature_fields(self.host, self.key["accessKeyId"], self.key["secretAccessKey"])
        return wrk(self.url, self.peer.pid, seconds, connections, "facade.lua", fields["x-amz-date"], fields["authorization"])


class Facades:
    """Small POSTs to one function of a Knative cloud: by its route, and through Lambda's façade."""

    chart = None

    def measure(self, run):
        with Benches() as benches:
            port, facade_port = free_ports(2)
            config = benches.written("clouds.conf", BENCH_PORT=port)
            process, problem = benches.start(pinned(LOAD_CORE, "nginx", "-p", str(config.parent), "-e", "stderr", "-c", str(config)))
            address = f"http://127.0.0.1:{port}"
            benches.answering(address, process, problem)
            app = benches.application([
                cloud("cluster", f"type: knative, endpoint: '{address}'"),
                function("plain", "http", "cluster"),
                route("plain", "plain"),
            ])
            (app / "weft.yaml").unlink()
            home = tempfile.mkdtemp(prefix="home-", dir=benches.folder)
            made = subprocess.run(
                [str(ROOT / "weft"), "key", "create", "bench", "--role", "invoke", "-o", "json"],
                cwd=ROOT, env={**os.environ, "WEFT_HOME": home}, capture_output=True, text=True,
            )
            if made.returncode != 0:
                raise Problem(f"weft key create: {made.stderr}")
            peer = benches.weft(app, asked=None, verb=("serve", "--facade", f"aws={facade_port}", "-f"), home=home)
            facade = Facade(peer, facade_port, json.loads(made.stdout))
            ways = [Plain(peer), facade]
            benches.answering(ways[0].url)
            wait_until("the façade answers 200", 30, lambda: facade.turn(1, 1)["errors"] == 0)

            def turn(asked):
                return asked.turn(run.short_seconds, run.connections)

            def warm(asked):
                for _ in range(3):
                    turn(asked)

            rows = in_turns(ways, run.rounds, turn, warm)
        return {"seconds": run.short_seconds, "connections": run.connections, "rows": rows, **beside(rows)}

    def table(self, result):
        return compared(result)

    def goals(self, result):
        return [(f"{FACADE_MIN} of the plain route's rate", result["rate"], result["rate"] >= FACADE_MIN)]
