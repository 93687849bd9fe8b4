# SPDX-License-Identifier: Apache-2.0
"""The scene of bench/run that asks what a vendor's API costs here: a body gathered and a signature checked for each call."""

import datetime
import hashlib
import hmac
import json
import os
import subprocess
import tempfile

from gateway_growth import compared
from gateway_loads import wrk
from gateway_peers import Benches, route
from gateway_signed import Asked, cloud, compared_ways, function, played_clouds
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
            address, facade_port = played_clouds(benches), free_ports(1)[0]
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
            ways = [Asked("plain route", peer, "plain/x"), facade]
            benches.answering(ways[0].url)
            wait_until("the façade answers 200", 30, lambda: facade.turn(1, 1)["errors"] == 0)
            return compared_ways(run, ways)

    def table(self, result):
        return compared(result)

    def goals(self, result):
        return [(f"{FACADE_MIN} of the plain route's rate", result["rate"], result["rate"] >= FACADE_MIN)]
