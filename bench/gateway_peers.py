# SPDX-License-Identifier: Apache-2.0
"""The proxies that bench/run gateway measures, and the upstream behind them: each as its users would have it."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from gateway_loads import GATEWAY, LOAD_CORE, PROXY_CORE, build_go, pinned
from weftprocess import Problem, Weft, fetch, free_ports, wait_until

PEERS = ("direct", "haproxy", "nginx", "go", "weft")
ROUTES = 100
ASKED = "r57/x"
CONNECTIONS_MAX = 4096
DOCUMENTS_A_FILE = 900


class Peer:
    """A proxy under test: where it listens and which process does the work."""

    def __init__(self, name, base, pid=None, http2_base=None):
        self.name, self.base, self.pid = name, base, pid
        self.http2_base = http2_base
        self.url = f"{base}/{ASKED}"


def function(name, more=""):
    return (
        f"apiVersion: weft.dev/v1alpha1\nkind: Function\nmetadata: {{name: {name}}}\nspec:\n  contract: http\n"
        "  command: [/bin/sh, start.sh]\n  code: {path: ./upstream}\n  concurrency: 1000\n"
        f"{more}  placement: {{clouds: [{{name: here}}]}}\n"
    )


ONE_ALWAYS = "  minInstances: 1\n  maxInstances: 1\n"


def route(name, to):
    return (
        f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\nspec:\n  rules:\n"
        f"  - matches: [{{path: {{type: PathPrefix, value: /{name}}}}}]\n"
        f"    backendRefs: [{{group: weft.dev, kind: Function, name: {to}}}]\n"
    )


def write_documents(folder, name, documents):
    """In as many files as Weft's limits ask for."""
    for first in range(0, len(documents), DOCUMENTS_A_FILE):
        part = documents[first : first + DOCUMENTS_A_FILE]
        (folder / f"{name}-{first}.yaml").write_text("---\n".join(part))


class Benches:
    """Everything started for one run or scene; stopped in reverse."""

    def __init__(self):
        self.running = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-bench-"))
        self.folder.chmod(0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for stop in reversed(self.running):
            stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, command, **env):
        """A process whose output, logs of requests included, goes to /dev/null."""
        errors = self.folder / f"{pathlib.Path(command[3]).name}.err"
        with open(errors, "wb") as stderr:
            process = subprocess.Popen(
                command, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
            )

        def stop():
            process.kill()
            process.wait()

        self.running.append(stop)

        def problem():
            return f"{' '.join(command)}\n{errors.read_text(errors='replace')[-2000:]}"

        return process, problem

    def answering(self, url, process=None, problem=lambda: ""):
        def answers():
            if process and process.poll() is not None:
                raise Problem(f"ended with {process.returncode}: {problem()}")
            return fetch(url, seconds=2)[0] == 200

        try:
            wait_until(f"{url} answers 200", 30, answers)
        except Problem as why:
            raise Problem(f"{why} {problem()}") from None

    def upstream(self):
        port = free_ports(1)[0]
        command = pinned(LOAD_CORE, "/bin/sh", str(GATEWAY / "upstream/start.sh"))
        process, problem = self.start(command, PORT=str(port), UPSTREAM_CORE=str(LOAD_CORE), TMPDIR=str(self.folder))
        self.answering(f"http://127.0.0.1:{port}/", process, problem)
        return port

    def proxy(self, name, command, port, http2_port=None, **env):
        process, problem = self.start(pinned(PROXY_CORE, *command), **env)
        http2_base = f"http://127.0.0.1:{http2_port}" if http2_port else None
        peer = Peer(name, f"http://127.0.0.1:{port}", process.pid, http2_base)
        self.answering(peer.url, process, problem)
        return peer

    def written(self, template, **words):
        """A peer's configuration: the template with `words` in the place of theirs."""
        text = (GATEWAY / template).read_text()
        for word, value in words.items():
            text = text.replace(word, str(value))
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (folder / template).write_text(text)
        return folder / template

    def haproxy(self, upstreams, connections_max=CONNECTIONS_MAX):
        """Route n leads to the n-th of the upstreams' ports, over and over."""
        port, http2_port, stats_port = free_ports(3)
        rules = (f"    use_backend u{n % len(upstreams)} if {{ path_beg /r{n}/ }}\n" for n in range(ROUTES))
        servers = (f"backend u{n}\n    server one 127.0.0.1:{each}\n\n" for n, each in enumerate(upstreams))
        config = self.written(
            "haproxy.cfg",
            BENCH_PORT=port,
            BENCH_H2_PORT=http2_port,
            BENCH_STATS_PORT=stats_port,
            BENCH_CONNECTIONS=connections_max,
            **{"    # routes\n": "".join(rules), "# upstreams\n\n": "".join(servers)},
        )
        return self.proxy("haproxy", ["haproxy", "-db", "-f", str(config)], port, http2_port)

    def nginx(self, upstreams, connections_max=CONNECTIONS_MAX):
        port, http2_port = free_ports(2)
        places = (f"    location /r{n}/ {{ proxy_pass http://u{n % len(upstreams)}; }}\n" for n in range(ROUTES))
        servers = (
            f"  upstream u{n} {{\n    server 127.0.0.1:{each};\n    keepalive 128;\n  }}\n"
            for n, each in enumerate(upstreams)
        )
        config = self.written(
            "nginx.conf",
            BENCH_PORT=port,
            BENCH_H2_PORT=http2_port,
            BENCH_CONNECTIONS=connections_max,
            **{"    # routes\n": "".join(places), "  # upstreams\n": "".join(servers)},
        )
        command = ["nginx", "-p", str(config.parent), "-e", "/dev/null", "-c", str(config)]
        return self.proxy("nginx", command, port, http2_port)

    def go(self, upstream_port):
        port = free_ports(1)[0]
        env = {"BENCH_PORT": str(port), "BENCH_UPSTREAM_PORT": str(upstream_port), "GOMAXPROCS": "1"}
        return self.proxy("go", [build_go("proxy", self.folder)], port, **env)

    def application(self, documents):
        """A folder with these and one cloud; its functions' code is the upstream."""
        app = pathlib.Path(tempfile.mkdtemp(prefix="app-", dir=self.folder))
        app.chmod(0o755)
        shutil.copytree(GATEWAY / "upstream", app / "upstream")
        cloud = "apiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: here}\nspec: {type: local}\n"
        (app / "weft.yaml").write_text(cloud)
        write_documents(app, "documents", documents)
        return app

    def weft(self, app, *options, asked=ASKED, **more):
        # Pinned to one core, the JVM sees one, and Weft starts one event loop.
        weft = Weft(app, *options, prefix=pinned(PROXY_CORE), quiet=True, **more)
        weft.__enter__()
        self.running.append(lambda: weft.__exit__())
        peer = Peer("weft", weft.url, weft.java_pid(), weft.url)
        peer.weft = weft
        if asked:
            self.answering(f"{peer.base}/{asked}")
        return peer

    def peer(self, name, upstream_port, **more):
        """One of PEERS, with as many routes as the others; Weft's upstream is a function of its own."""
        match name:
            case "direct":
                return Peer(name, f"http://127.0.0.1:{upstream_port}")
            case "haproxy":
                return self.haproxy([upstream_port], **more)
            case "nginx":
                return self.nginx([upstream_port], **more)
            case "go":
                return self.go(upstream_port)
        routes = [route(f"r{n}", "upstream") for n in range(ROUTES)]
        return self.weft(self.application([function("upstream", ONE_ALWAYS), *routes]))


def settle(pid):
    """Has a JVM collect its garbage, and give the memory back that this frees: it does so in steps."""
    jcmd = pathlib.Path(f"/proc/{pid}/exe").resolve().parent / "jcmd"
    if not jcmd.exists():
        raise Problem(f"no {jcmd.name} beside Weft's java; a JDK has it")
    for _ in range(5):
        subprocess.run([str(jcmd), str(pid), "GC.run"], capture_output=True, check=True, timeout=120)
