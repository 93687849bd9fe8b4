# SPDX-License-Identifier: Apache-2.0
"""Opens the function's code in a process of its own and offers it to a front as exchange(…) and event(…); here a Lambda
handler, code of other contracts in served_code.

Behind it is a Lambda Runtime API of one process: the handler runs in a child under the same start-up loop as on Weft's
engine, so its errors and its context are Lambda's. One call at a time; more of them wait in line.
"""
import atexit
import base64
import json
import os
import queue
import re
import secrets
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
with open(os.path.join(HERE, "adapter.json"), encoding="utf-8") as _file:
    CONFIG = json.load(_file)

SECRET = secrets.token_hex(24)
BASE = "/%s/2018-06-01/runtime" % SECRET
FRONTS_OWN = ("PORT", "FN_LISTENER", "FC_SERVER_PORT", "FUNCTIONS_CUSTOMHANDLER_PORT")


class Failure(Exception):
    """The function failed; its payload is in its own contract's words."""

    def __init__(self, kind, message, payload=None):
        super().__init__(message)
        self.kind = kind
        self.payload = payload or json.dumps({"errorType": kind, "errorMessage": message}).encode()


class Server(ThreadingHTTPServer):
    """Keeps its connections, and answers head and body at once."""

    daemon_threads = True
    request_queue_size = 128
    disable_nagle_algorithm = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format, *args):
        pass

    def body(self):
        if "chunked" in (self.headers.get("transfer-encoding") or "").lower():
            parts = []
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                if size == 0:
                    while self.rfile.readline().strip():
                        pass
                    return b"".join(parts)
                parts.append(self.rfile.read(size))
                self.rfile.readline()
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def answer(self, status, headers, body):
        lines = ["HTTP/1.1 %d %s" % (status, self.responses.get(status, ("",))[0])]
        lines += ["%s: %s" % (name, value) for name, value in headers if name.lower() != "content-length"]
        if status != 204 and status != 304:
            lines.append("content-length: %d" % len(body))
        head = "\r\n".join(lines + ["", ""]).encode("latin-1", "replace")
        self.wfile.write(head + (b"" if self.command == "HEAD" else body))


class Api(Handler):
    """The Runtime API, as the child sees it."""

    def do_GET(self):
        self.body()
        if self.path != BASE + "/invocation/next":
            self.say(403)
            return
        code = self.server.code
        line = code.line
        code.ready.set()
        call = code.serving = line.get()
        if call is None:
            self.say(410)
            return
        self.answer(200, [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", call["id"]),
            ("lambda-runtime-deadline-ms", str(int(call["deadline"] * 1000))),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:%s:000000000000:function:%s" % (
                os.environ.get("AWS_REGION", "us-east-1"), CONFIG["name"])),
            ("lambda-runtime-trace-id", xray(call["trace"])),
        ], call["event"])

    def do_POST(self):
        body = self.body()
        code = self.server.code
        kind = self.headers.get("lambda-runtime-function-error-type")
        here = "%s/invocation/%s/" % (BASE, code.serving and code.serving["id"])
        if self.path == BASE + "/init/error":
            code.wrong = failed(body, kind)
        elif self.path == here + "error":
            code.settle(failed(body, kind))
        elif self.path == here + "response":
            code.settle(body)
        else:
            self.say(400)
            return
        self.say(202)

    def say(self, status):
        self.answer(status, [("content-type", "application/json")], b'{"status":"OK"}')


def failed(body, kind):
    try:
        said = json.loads(body)
        return Failure(said.get("errorType") or kind or "Unknown", said.get("errorMessage") or "", body)
    except ValueError:
        return Failure(kind or "Unknown", "the runtime reported an error that is not JSON")


class Code:
    """The handler's process, and the calls that wait for it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.serving = None
        self.child = None
        self.wrong = None
        self.ready = threading.Event()
        self.api = Server(("127.0.0.1", 0), Api)
        self.api.code = self
        threading.Thread(target=self.api.serve_forever, daemon=True).start()
        with self.lock:
            self.start()

    def start(self):
        """Starts the child; returns once it asks for its first call. The lock is held."""
        env = dict(os.environ)
        for name in FRONTS_OWN:
            env.pop(name, None)
        env.update({
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d/%s" % (self.api.server_address[1], SECRET),
            "_HANDLER": CONFIG["handler"],
            "LAMBDA_TASK_ROOT": ROOT,
            "LAMBDA_RUNTIME_DIR": HERE,
            "AWS_LAMBDA_FUNCTION_NAME": CONFIG["name"],
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(CONFIG["memoryMebibytes"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/" + CONFIG["name"],
            "AWS_LAMBDA_LOG_STREAM_NAME": "[$LATEST]" + secrets.token_hex(16),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_EXECUTION_ENV": "AWS_Lambda_" + CONFIG["runtime"],
        })
        self.line = line = queue.Queue()  # one a child: what still polls for the last one takes nothing from it
        self.ready.clear()
        self.wrong = None
        child = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "lambda_loop.py")], cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
        self.child = child
        atexit.register(child.kill)
        threading.Thread(target=self.watch, args=(child, line), daemon=True).start()
        self.ready.wait()
        if self.wrong is not None:
            raise self.wrong

    def watch(self, child, line):
        status = child.wait()
        how = "exit status %d" % status if status >= 0 else "signal %d" % -status
        error = Failure("Runtime.ExitError", "Runtime exited with error: " + how)
        atexit.unregister(child.kill)
        if self.child is child:
            self.child = None
        if not self.ready.is_set():
            self.wrong = self.wrong or error
            self.ready.set()
        line.put(None)  # whoever polls for it goes home
        self.settle(error)

    def settle(self, how):
        call, self.serving = self.serving, None
        if call is not None:
            call["answer"] = how
            call["done"].set()

    def call(self, event, about):
        """Hands over one call and waits; calls before it come first."""
        with self.lock:
            if self.child is None:
                self.start()
            call = {"event": event, "done": threading.Event(), **about, "deadline": until(about["deadline"])}
            self.line.put(call)
            if not call["done"].wait(max(0.001, call["deadline"] - time.time())):
                self.expire(call)
            answer = call["answer"]
        if isinstance(answer, Failure):
            raise answer
        return answer

    def expire(self, call):
        """Ends a child that has taken too long, as Lambda does."""
        call["answer"] = Failure("Sandbox.Timedout", "RequestId: %s Error: Task timed out after %.2f seconds" % (
            call["id"], CONFIG["timeoutMillis"] / 1000))
        self.serving = None
        child = self.child
        if child is not None:
            child.kill()
            child.wait()
            self.child = None

    def exchange(self, exchange):
        raw = CONFIG["payload"] == "raw"
        event = exchange["body"] if raw else json.dumps(event_of(exchange)).encode()
        return answer_of(self.call(event, about(exchange)), raw)

    def event(self, event):
        return {"contentType": "application/json", "body": self.call(event["body"], about(event))}


def open_code():
    """Opens the code by its contract; returns once it can be called."""
    if CONFIG["contract"] == "aws-lambda":
        return Code()
    import served_code  # it needs this module

    return served_code.Code()


def about(call):
    return {"id": call.get("id") or str(uuid.uuid4()), "trace": call.get("trace"), "deadline": call.get("deadline")}


def until(said):
    """Until when a call that is handed over now may take, in seconds since 1970."""
    own = time.time() + CONFIG["timeoutMillis"] / 1000
    return min(said, own) if said else own


def xray(trace):
    """A W3C trace in X-Ray's notation."""
    parts = re.fullmatch(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", trace or "")
    if parts is None:
        return ""
    root, span, flags = parts.groups()
    return "Root=1-%s-%s;Parent=%s;Sampled=%d" % (root[:8], root[8:], span, int(flags, 16) & 1)


def field(headers, name):
    return next((value for each, value in headers if each.lower() == name), None)


def text_of(content_type, body):
    """The body as text where its type is one that AWS passes as text; None where it goes as base64."""
    media = (content_type or "").lower().split(";")[0].strip()
    textual = (media.startswith("text/") or media.endswith(("+json", "+xml"))
               or media in ("application/json", "application/javascript", "application/xml"))
    try:
        return body.decode("utf-8") if textual else None
    except UnicodeDecodeError:
        return None


def joined(pairs):
    result = {}
    for name, value in pairs:
        result[name] = result[name] + "," + value if name in result else value
    return result


def event_of(exchange):
    """The event of an exchange: payload format 2.0, as function URLs send it."""
    now = time.time()
    own = [(name.lower(), value) for name, value in exchange["headers"]]
    headers = joined((name, value) for name, value in own if name != "cookie")
    if exchange.get("trace"):
        headers["x-amzn-trace-id"] = xray(exchange["trace"])
    cookies = [each.strip() for name, value in own if name == "cookie" for each in value.split(";") if each.strip()]
    query = exchange.get("query") or ""
    host = re.sub(r":\d+$", "", exchange.get("host") or "")
    body = exchange["body"]
    text = text_of(headers.get("content-type"), body)
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": exchange["path"],
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": CONFIG["name"],
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": exchange["method"],
                "path": exchange["path"],
                "protocol": "HTTP/1.1",
                "sourceIp": exchange.get("remote") or "",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": exchange.get("id"),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": bool(body) and text is None,
    }
    if cookies:
        event["cookies"] = cookies
    parameters = [each.partition("=") for each in query.split("&") if each]
    if parameters:
        event["queryStringParameters"] = joined(
            (urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(value)) for name, _, value in parameters)
    if body:
        event["body"] = base64.b64encode(body).decode() if text is None else text
    return event


def malformed(message):
    return Failure("Runtime.InvalidResponse", message)


def answer_of(result, raw):
    """The answer that a handler's result means: status, header fields, body."""
    plain = (200, [("content-type", "application/json")], result)
    if raw:
        return plain
    try:
        value = json.loads(result)
    except ValueError:
        raise malformed("the handler's answer is not JSON") from None
    if not isinstance(value, dict) or "statusCode" not in value:
        return plain
    status = value["statusCode"]
    if not str(status).isdigit() or not 200 <= int(status) <= 599:
        raise malformed("statusCode: %s: a number from 200 to 599" % json.dumps(status))
    body = value.get("body")
    if body is not None and not isinstance(body, str):
        raise malformed("body: must be a string; use json.dumps for objects")
    headers = [(name, str(each)) for name, each in (value.get("headers") or {}).items() if each is not None]
    if field(headers, "content-type") is None:
        headers.append(("content-type", "application/json"))
    headers += [("set-cookie", str(each)) for each in value.get("cookies") or []]
    try:
        data = base64.b64decode(body or "", validate=True) if value.get("isBase64Encoded") else (body or "").encode()
    except ValueError:
        raise malformed("body: isBase64Encoded is true, but it is not base64") from None
    return int(status), headers, data
