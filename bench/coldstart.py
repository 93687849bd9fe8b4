# SPDX-License-Identifier: Apache-2.0
"""Cold starts: the first call of a function, beside a bare process of the same language and program.

A bare process is the contract's own program (for Java AWS's client) started by hand with the flags that Weft gives it,
without sandbox and without Weft, against a Runtime API of a few lines here; its time is from spawn to its answer. Weft's
is from a caller's request to the answer through the gateway, sandbox and limits and all: once from the pool of processes
booted ahead, once without a pool. A call of a function that runs already is measured beside them.
"""

import http.client
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

from weftprocess import ROOT, Problem, Weft, wait_until

AWS = ROOT / "clouds/aws/src/main/resources/dev/weft/clouds/aws"
EVENT = b'{"rawPath":"/","headers":{},"requestContext":{"http":{"method":"GET","path":"/"}}}'
LANGUAGES = ("nodejs", "python", "java")
HANDLERS = {
    "nodejs": ("nodejs20", "index.handler", "index.mjs", "export const handler = async () => ({ statusCode: 200, body: 'hi' });\n"),
    "python": ("python3.9", "app.handler", "app.py", "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hi'}\n"),
    "java": (
        "java21",
        "hello.Hello::handleRequest",
        "hello/Hello.java",
        "package hello;\n\nimport java.util.Map;\n\npublic class Hello {\n"
        "    public Map<String, Object> handleRequest(Map<String, Object> event) {\n"
        '        return Map.of("statusCode", 200, "body", "hi");\n    }\n}\n',
    ),
}
# A Weft that has served for a while is measured, not one whose own code is still being compiled.
WARM_CALLS = 20_000
WARM_STARTS = 40
CACHE_SECONDS_MAX = 120
# To reach, from the pool, p99 in milliseconds; and without a pool, of the bare process.
POOL_P99_MAX = {"nodejs": 5, "python": 10, "java": 25}
UNPREPARED_RATIO_MAX = 1.3


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def application(folder, language, count):
    """A folder with `count` functions of the same code; each is called once."""
    runtime, handler, file, text = HANDLERS[language]
    code = pathlib.Path(folder) / "code"
    (code / file).parent.mkdir(parents=True)
    (code / file).write_text(text)
    if language == "java":
        subprocess.run([f"{java_home()}/bin/javac", "--release", "21", "-d", code, code / file], check=True)
    documents = ["apiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: here}\nspec: {type: local, region: eu-west-1}\n"]
    for i in range(count):
        documents.append(
            "apiVersion: weft.dev/v1alpha1\nkind: Function\n"
            f"metadata: {{name: f{i}}}\nspec:\n  contract: aws-lambda\n  runtime: {runtime}\n  handler: {handler}\n"
            f"  code: {{path: {code}}}\n  maxInstances: 1\n  idleTimeout: 5s\n  placement: {{clouds: [{{name: here}}]}}\n"
        )
    for start in range(0, count, 10):
        rules = "".join(
            f"  - matches: [{{path: {{type: PathPrefix, value: /f{i}}}}}]\n"
            f"    backendRefs: [{{group: weft.dev, kind: Function, name: f{i}}}]\n"
            for i in range(start, min(count, start + 10))
        )
        documents.append(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
            f"metadata: {{name: r{start}}}\nspec:\n  rules:\n{rules}"
        )
    (pathlib.Path(folder) / "weft.yaml").write_text("---\n".join(documents))
    return folder


def cached(home):
    return any((pathlib.Path(home) / "cache/java").glob("*.aot"))


def first_calls(language, count, home, pool):
    """Milliseconds of the first call of each of `count` functions, on one kept connection, and of later ones."""
    with tempfile.TemporaryDirectory(prefix="weft-coldstart-") as folder:
        pathlib.Path(folder).chmod(0o755)
        options = [] if pool else ["--spare-memory", "0"]
        with Weft(application(folder, language, count + WARM_STARTS), "--no-watch", *options, home=home, quiet=True) as weft:
            connection = http.client.HTTPConnection("127.0.0.1", weft.port, timeout=30)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if language == "java":
                wait_until("the start-up cache is made", CACHE_SECONDS_MAX, lambda: cached(home))
            for i in range(WARM_STARTS):
                connection.request("GET", f"/f{i}")
                connection.getresponse().read()
            warm = []
            for _ in range(WARM_CALLS):
                begin = time.perf_counter()
                connection.request("GET", f"/f{WARM_STARTS - 1}")
                connection.getresponse().read()
                warm.append((time.perf_counter() - begin) * 1000)
            took = []
            for i in range(WARM_STARTS, WARM_STARTS + count):
                if pool:
                    wait_until("the pool is full", 30, lambda: weft.metric("weft_spares") >= max(1, weft.metric("weft_spares_wanted")))
                time.sleep(0.25)  # what the last start left to do is not this one's
                begin = time.perf_counter()
                connection.request("GET", f"/f{i}")
                answer = connection.getresponse()
                body = answer.read()
                took.append((time.perf_counter() - begin) * 1000)
                if answer.status != 200:
                    raise Problem(f"{language} f{i} answered {answer.status}: {body[:300]}")
            return took, warm[WARM_CALLS // 2 :]


def java_home():
    find = ". .mvn/jdk.sh; find_jdk && printf %s \"$JAVA_HOME\""
    return subprocess.run(["bash", "-c", find], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def bare_command(language, home):
    if language == "nodejs":
        return ["node", "--max-old-space-size=153", "--input-type=module", "--eval", f"await (await import('{AWS / 'bootstrap.mjs'}')).main()"]
    if language == "python":
        return ["/usr/bin/python3", "-u", "-c", f"import sys; sys.path.insert(0, '{AWS}'); import bootstrap; bootstrap.main()"]
    jars = sorted(str(jar) for jar in pathlib.Path(home).glob("libraries/aws-*/jars/*.jar"))
    if not jars:
        raise Problem(f"AWS's client for Java is not in {home}/libraries")
    jars += sorted(str(jar) for jar in (ROOT / "app/target/dist/lib").glob("weft-clouds-aws-*.jar"))
    flags = ["-Xmx153m", "-Xms8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"]
    return [f"{java_home()}/bin/java", *flags, "-cp", ":".join(jars), "dev.weft.clouds.aws.JavaStart"]


def bare(language, command, folder):
    """Milliseconds from spawn to the answer of one process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        env = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.getsockname()[1]}",
            "_HANDLER": HANDLERS[language][1],
            "LAMBDA_TASK_ROOT": str(folder / "code"),
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_LOG_GROUP_NAME": "g",
            "AWS_LAMBDA_LOG_STREAM_NAME": "s",
            "AWS_REGION": "eu-west-1",
        }
        server.settimeout(30)
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(30)
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    took = served(connection, begin)
                    if took:
                        return took
        finally:
            process.kill()
            process.wait()


def served(connection, begin):
    received = connection.recv(65536)
    if b"/next" not in received:
        return None
    connection.sendall(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nLambda-Runtime-Aws-Request-Id: 1\r\n"
        b"Lambda-Runtime-Deadline-Ms: 9999999999999\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:0:function:f\r\n"
        b"content-length: %d\r\n\r\n%s" % (len(EVENT), EVENT)
    )
    answer = b""
    while b"statusCode" not in answer:
        part = connection.recv(65536)
        if not part:
            raise Problem(f"a bare process hung up: {answer[:300]}")
        answer += part
    return (time.perf_counter() - begin) * 1000


def measure(language, count, home):
    with tempfile.TemporaryDirectory(prefix="weft-bare-") as folder:
        folder = pathlib.Path(folder)
        application(folder, language, 1)
        pooled, warm = first_calls(language, count, home, True)
        unprepared, _ = first_calls(language, count, home, False)
        command = bare_command(language, home)
        plain = [bare(language, command, folder) for _ in range(count)]
    row = {"language": language, "count": count}
    for name, values in (("bare", plain), ("unprepared", unprepared), ("pool", pooled), ("warm", warm)):
        row[name] = {"p50": round(statistics.median(values), 2), "p99": round(percentile(values, 0.99), 2)}
    row["unpreparedOfBare"] = round(row["unprepared"]["p50"] / row["bare"]["p50"], 2)
    return row


def table(rows):
    lines = [
        "| language | starts | bare process p50 / p99 ms | unprepared p50 / p99 ms | of bare | from the pool p50 / p99 ms | p99 to reach | a later call p50 / p99 ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        cells = [row["language"], str(row["count"])]
        cells += [f"{row[name]['p50']:.1f} / {row[name]['p99']:.1f}" for name in ("bare", "unprepared")]
        cells += [f"{row['unpreparedOfBare']:.2f}", f"{row['pool']['p50']:.1f} / {row['pool']['p99']:.1f}"]
        cells += [f"{POOL_P99_MAX[row['language']]}", f"{row['warm']['p50']:.1f} / {row['warm']['p99']:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
