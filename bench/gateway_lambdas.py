# SPDX-License-Identifier: Apache-2.0
"""The scene of bench/run that asks what else plays Lambda on one's own machine: the same Invoke of the same small handler."""

import base64
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
import zipfile

from gateway_facade import PATH, signature_fields
from gateway_loads import PROXY_CORE, pinned, wrk
from gateway_peers import Benches
from gateway_scenes import in_turns, markdown
from weftprocess import ROOT, Problem, free_ports, wait_until

# Each connection more is one instance more here, and one thread more elsewhere.
CONNECTIONS = 8
VERSIONS = {"serverless": "3.40.0", "serverless-offline": "13.10.1"}
CODE = "exports.handler = async (event) => ({ got: event.order });\n"
DOCUMENTS = """apiVersion: weft.dev/v1alpha1
kind: Cloud
metadata: {name: region}
spec: {type: aws, region: eu-west-1}
---
apiVersion: weft.dev/v1alpha1
kind: Function
metadata: {name: plain}
spec:
  contract: aws-lambda
  runtime: nodejs20
  handler: index.handler
  code: {path: code}
  placement: {clouds: [{name: region}]}
"""
SERVICE = """service: weft
frameworkVersion: '3'
provider: {name: aws, runtime: nodejs20.x, region: eu-west-1}
plugins: [serverless-offline]
functions:
  plain: {handler: index.handler}
"""


class Lambda:
    """Who plays it: where Invoke is asked, and with which key it is signed."""

    def __init__(self, name, url, pid, key):
        self.name, self.url, self.pid, self.key = name, url, pid, key

    def turn(self, seconds):
        host = self.url.split("/")[2]
        fields = signature_fields(host, self.key["accessKeyId"], self.key["secretAccessKey"])
        arguments = (fields["x-amz-date"], fields["authorization"])
        return wrk(self.url, self.pid, seconds, CONNECTIONS, "facade.lua", *arguments)


class Lambdas:
    """Invoke of a small Node.js function: weft up's façade, serverless-offline, and moto, which runs no code."""

    chart = None

    def measure(self, run):
        python = python_with_moto()
        with Benches() as benches:
            ways = [weft(benches), serverless_offline(benches), moto(benches, python)]
            for each in ways:
                wait_until(f"{each.name} answers 200", 60, lambda each=each: each.turn(1)["errors"] == 0)
            rows = in_turns(ways, run.rounds, lambda each: each.turn(run.short_seconds), lambda each: each.turn(2))
        offline = next(row for row in rows if row["name"].startswith("serverless-offline"))
        return {
            "seconds": run.short_seconds,
            "connections": CONNECTIONS,
            "rows": rows,
            "ratio": round(rows[0]["perSecond"] / offline["perSecond"], 2),
        }

    def table(self, result):
        first = result["rows"][0]
        rows = [
            [
                row["name"],
                f"{row['perSecond']:,.0f}",
                f"{row['perSecond'] / first['perSecond']:.2f}",
                f"{row['p50Micros']:,.0f}",
                f"{row['p99Micros']:,.0f}",
                str(row["errors"]),
            ]
            for row in result["rows"]
        ]
        return markdown(["who plays Lambda", "requests/s", "of the first", "p50 µs", "p99 µs", "errors"], rows)

    def goals(self, result):
        return [("as many calls as serverless-offline", result["ratio"], result["ratio"] >= 1)]


def weft(benches):
    app = pathlib.Path(tempfile.mkdtemp(prefix="app-", dir=benches.folder))
    app.chmod(0o755)
    (app / "code").mkdir()
    (app / "code/index.js").write_text(CODE)
    (app / "weft.yaml").write_text(DOCUMENTS)
    home, port = tempfile.mkdtemp(prefix="home-", dir=benches.folder), free_ports(1)[0]
    made = subprocess.run(
        [str(ROOT / "weft"), "key", "create", "bench", "--role", "invoke", "-o", "json"],
        cwd=ROOT, env={**os.environ, "WEFT_HOME": home}, capture_output=True, text=True,
    )
    if made.returncode != 0:
        raise Problem(f"weft key create: {made.stderr}")
    peer = benches.weft(app, "--no-watch", "--facade", f"aws={port}", asked=None, home=home)
    name = "weft up: signature checked, a sandboxed process a call"
    return Lambda(name, f"http://127.0.0.1:{port}{PATH}", peer.pid, json.loads(made.stdout))


def serverless_offline(benches):
    """By npm, into WEFT_CLIENTS where that is said, as the tests have it."""
    kept = pathlib.Path(os.environ.get("WEFT_CLIENTS", ROOT / "bench/out"))
    modules = kept / "aws-clients" / "-".join(["serverless", VERSIONS["serverless"], "offline", VERSIONS["serverless-offline"]])
    if not (modules / "done").exists():
        modules.mkdir(parents=True, exist_ok=True)
        (modules / "package.json").write_text('{"private":true}')
        packages = [f"{name}@{version}" for name, version in VERSIONS.items()]
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
        done = subprocess.run(command, cwd=modules, capture_output=True, text=True)
        if done.returncode != 0:
            raise Problem(f"npm install: {done.stderr}")
        (modules / "done").touch()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="serverless-", dir=benches.folder))
    (folder / "index.js").write_text(CODE)
    (folder / "serverless.yml").write_text(SERVICE)
    (folder / "package.json").write_text('{"private":true}')
    (folder / "node_modules").symlink_to(modules / "node_modules")
    http, port = free_ports(2)
    program = str(modules / "node_modules/serverless/bin/serverless.js")
    options = ["offline", "--host", "127.0.0.1", "--httpPort", str(http), "--lambdaPort", str(port)]
    silent = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "SLS_TRACKING_DISABLED": "1", "HOME": str(folder)}
    command = ["env", "-C", str(folder), "node", program, *options]
    process, problem = benches.start(pinned(PROXY_CORE, *command), **silent)
    listening(port, process, problem)
    url = f"http://127.0.0.1:{port}{PATH.replace('/plain/', '/weft-dev-plain/')}"
    return Lambda("serverless-offline: a thread of its own process", url, process.pid, UNCHECKED)


# Of those that look at no signature.
UNCHECKED = {"accessKeyId": "AKIABENCHBENCHBENCH0", "secretAccessKey": "bench"}


def python_with_moto():
    python = os.environ.get("WEFT_PYTHON", "python3")
    if subprocess.run([python, "-c", "import moto.server, flask"], capture_output=True).returncode != 0:
        raise Problem(f"{python} has no moto[server]; WEFT_PYTHON names one that has")
    return shutil.which(python)


def moto(benches, python):
    port = free_ports(1)[0]
    command = [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process, problem = benches.start(pinned(PROXY_CORE, *command))
    listening(port, process, problem)
    base, role = f"http://127.0.0.1:{port}", "arn:aws:iam::123456789012:role/functions"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.js", CODE)
    document = {
        "FunctionName": "plain", "Runtime": "nodejs20.x", "Role": role, "Handler": "index.handler",
        "Code": {"ZipFile": base64.b64encode(packed.getvalue()).decode()},
    }
    form = "Action=CreateRole&Version=2010-05-08&RoleName=functions&AssumeRolePolicyDocument=%7B%7D"
    post(f"{base}/moto-api/config", '{"lambda":{"use_docker":false}}', "iam", "application/json")
    post(f"{base}/", form, "iam", "application/x-www-form-urlencoded")
    post(f"{base}/2015-03-31/functions", json.dumps(document), "lambda", "application/json")
    return Lambda("moto: no code runs, an answer that was set", f"{base}{PATH}", process.pid, UNCHECKED)


def listening(port, process, problem):
    def answers():
        if process.poll() is not None:
            raise Problem(f"ended with {process.returncode}: {problem()}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    wait_until(f"port {port} answers", 60, answers)


def post(url, body, service, content_type):
    """Moto finds the service by the scope of a signature that it does not check."""
    scope = f"AKIABENCHBENCHBENCH0/20260101/eu-west-1/{service}/aws4_request"
    headers = {
        "content-type": content_type,
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers), timeout=10).close()
