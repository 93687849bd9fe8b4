# SPDX-License-Identifier: Apache-2.0
"""Starts a Python handler of Function Compute and serves it calls by the protocol of custom runtimes.

Weft's own, since Alibaba publishes no host. Nothing but Python's own library. Calls run in the main thread, one at a time;
an answer leaves in one piece.
"""
import base64
import importlib
import inspect
import io
import json
import logging
import os
import re
import selectors
import socket
import sys
import time
import traceback
from urllib.parse import unquote_to_bytes

SLIM_SINCE_MINOR = 12
HEAD_BYTES_MAX = 64 * 1024
BUFFER_BYTES = 256 * 1024

# the call being served
serving = ""

# from Python 3.12 on a context has no credentials and no service any more; known once main is called
slim_context = False


def platform(text):
    """A line of the platform's own, without time and level."""
    print(text, flush=True)


class RequestFilter(logging.Filter):
    """Gives every record the request it belongs to."""

    def filter(self, record):
        record.fc_request = serving
        return True


def set_up_logging():
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(fc_request)s [%(levelname)s] %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(RequestFilter())
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)


class HandlerNotFound(Exception):
    pass


def load(name):
    """Loads the function that dir/file.name means."""
    match = re.fullmatch(r"((?:[^/.]+/)*[^/.]+)\.(\w+)", name)
    if not match:
        raise HandlerNotFound(f"Invalid handler '{name}': it must be file.function")
    module = importlib.import_module(match[1].replace("/", "."))
    found = getattr(module, match[2], None)
    if not callable(found):
        raise HandlerNotFound(f"Module '{match[1]}' is missing a function '{match[2]}'")
    return found


def takes_http(handler):
    """HTTP handlers are WSGI applications, told by the name of their second parameter."""
    try:
        names = list(inspect.signature(handler).parameters)
    except (TypeError, ValueError):
        return False
    return len(names) == 2 and names[1] == "start_response"


class Credentials:
    def __init__(self, head):
        self.access_key_id = head.get("x-fc-access-key-id") or os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
        self.access_key_secret = (
            head.get("x-fc-access-key-secret") or os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""))
        self.security_token = head.get("x-fc-security-token") or os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")

    def to_dict(self):
        return dict(vars(self))


class FunctionMeta:
    def __init__(self, head):
        self.name = head.get("x-fc-function-name", "")
        self.handler = head.get("x-fc-function-handler", "")
        self.memory = int(head.get("x-fc-function-memory", 0))
        self.timeout = int(head.get("x-fc-function-timeout", 0))
        if slim_context:
            self.version_id = head.get("x-fc-version-id", "")
            self.qualifier = head.get("x-fc-qualifier", "")

    def to_dict(self):
        return dict(vars(self))


class ServiceMeta:
    def __init__(self, head):
        self.name = head.get("x-fc-service-name", "")
        self.log_project = head.get("x-fc-service-logproject", "")
        self.log_store = head.get("x-fc-service-logstore", "")
        self.qualifier = head.get("x-fc-qualifier", "")
        self.version_id = head.get("x-fc-version-id", "")

    def to_dict(self):
        return dict(vars(self))


class Tracing:
    def __init__(self, head):
        self.span_context = head.get("x-fc-tracing-opentracing-span-context", "")
        self.jaeger_endpoint = head.get("x-fc-tracing-jaeger-endpoint", "")
        self.span_baggages = head.get("x-fc-tracing-opentracing-span-baggages", "")

    def parseOpenTracingBaggages(self):
        try:
            return json.loads(base64.b64decode(self.span_baggages)) if self.span_baggages else {}
        except ValueError:
            return {}

    def to_dict(self):
        return dict(vars(self))


class FCContext:
    def __init__(self, head):
        self.account_id = head.get("x-fc-account-id", "")
        self.request_id = head.get("x-fc-request-id", "")
        self.requestId = self.request_id
        self.function = FunctionMeta(head)
        self.region = head.get("x-fc-region", "")
        self.logger = logging.getLogger()
        if slim_context:
            self.log_project = head.get("x-fc-service-logproject", "")
            self.log_store = head.get("x-fc-service-logstore", "")
        else:
            self.credentials = Credentials(head)
            self.service = ServiceMeta(head)
            self.tracing = Tracing(head)
            self.retry_count = int(head.get("x-fc-retry-count", 0))

    def to_json(self):
        return json.dumps({name: value.to_dict() if hasattr(value, "to_dict") else value
                           for name, value in vars(self).items() if name != "logger"})


def words(error):
    """An error in Function Compute's words."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__
              and "importlib" not in frame.filename]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": [[f'File "{frame.filename}"', f"line {frame.lineno}", f"in {frame.name}", frame.line or ""]
                       for frame in frames],
    }


def bytes_of(result):
    if isinstance(result, (bytes, bytearray, memoryview)):
        return "application/octet-stream", bytes(result)
    if isinstance(result, str):
        return "text/plain; charset=utf-8", result.encode()
    return "application/json", json.dumps(result).encode()


class Answer:
    """What goes back: status, fields, body."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    @staticmethod
    def of(content_type, body):
        return Answer("200 OK", [("x-fc-status", "200"), ("content-type", content_type)], body)

    @staticmethod
    def failure(error):
        print("".join(traceback.format_exception(type(error), error, error.__traceback__)), file=sys.stderr, flush=True)
        fields = [("x-fc-status", "404"), ("x-fc-error-type", "UnhandledInvocationError"),
                  ("content-type", "application/json")]
        return Answer("404 Not Found", fields, json.dumps(words(error)).encode())

    def encode(self, request):
        """The whole answer; some have a length and no body."""
        closes = request.closes()
        bodiless = request.method == "HEAD" or self.status[:3] in ("204", "304")
        head = [f"HTTP/1.1 {self.status}"]
        head += [f"{name}: {value}" for name, value in self.fields if name.lower() != "content-length"]
        head += [f"content-length: {len(self.body)}", f"connection: {'close' if closes else 'keep-alive'}"]
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (b"" if bodiless else self.body)


class Request:
    def __init__(self, method, target, protocol, head, body):
        self.method = method
        self.target = target
        self.protocol = protocol
        self.head = head
        self.body = body

    def closes(self):
        return self.protocol == "HTTP/1.0" or self.head.get("connection", "").lower() == "close"

    def environ(self, context):
        path, _, query = self.target.partition("?")
        host = self.head.get("host", "localhost")
        name, _, port = host.partition(":")
        environ = {
            "REQUEST_METHOD": self.method, "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query, "CONTENT_TYPE": self.head.get("content-type", ""),
            "CONTENT_LENGTH": str(len(self.body)), "SERVER_NAME": name, "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": self.protocol, "REMOTE_ADDR": self.head.get("x-fc-client-ip", ""),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr, "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
            "fc.context": context, "fc.request_uri": self.target,
        }
        for field, value in self.head.items():
            if not field.startswith("x-fc-") and field not in ("content-type", "content-length"):
                environ["HTTP_" + field.upper().replace("-", "_")] = value
        return environ


class Connection:
    """One kept connection of the platform's."""

    def __init__(self, channel):
        self.channel = channel
        self.rest = b""
        channel.setblocking(True)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self):
        """The next request, whole; None at the connection's end."""
        head = self.rest
        while b"\r\n\r\n" not in head:
            part = self.channel.recv(BUFFER_BYTES)
            if not part or len(head) > HEAD_BYTES_MAX + BUFFER_BYTES:
                return None
            head += part
        head, _, body = head.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, protocol = lines[0].split(" ", 2)
        fields = {}
        for each in lines[1:]:
            name, _, value = each.partition(":")
            name = name.lower()
            fields[name] = fields[name] + "," + value.strip() if name in fields else value.strip()
        length = int(fields.get("content-length", 0))
        whole = bytearray(body)
        while len(whole) < length:
            part = self.channel.recv(min(length - len(whole), 1 << 20))
            if not part:
                return None
            whole += part
        self.rest = bytes(whole[length:])
        return Request(method, target, protocol, fields, bytes(whole[:length]))


def hook(name, written, request):
    """Runs one of the function's hooks, if it has that one."""
    if written:
        platform(f"FC {name} Start RequestId: {serving}")
        try:
            load(written)(FCContext(request.head))
        finally:
            platform(f"FC {name} End RequestId: {serving}")


class Function:
    """The user's code."""

    def __init__(self):
        self.failed = None
        self.http = False
        try:
            self.handler = load(os.environ["FC_FUNCTION_HANDLER"])
            self.http = takes_http(self.handler)
        except Exception as error:  # whatever it is, the caller is told
            self.failed = error

    def answer(self, request):
        path = request.head.get("x-fc-control-path")
        if path not in ("/initialize", "/pre-stop"):
            return self.invoke(request)
        try:
            return self.initialize(request) if path == "/initialize" else self.stop(request)
        except Exception as error:
            return Answer.failure(error)

    def initialize(self, request):
        if self.failed is not None:
            raise self.failed
        hook("Initialize", request.head.get("x-fc-function-initializer"), request)
        return Answer("200 OK", [("x-fc-handler-style", "http" if self.http else "event")], b"")

    def stop(self, request):
        hook("PreStop", request.head.get("x-fc-instance-lifecycle-pre-stop-handler"), request)
        return Answer("200 OK", [("x-fc-status", "200")], b"")

    def invoke(self, request):
        platform("FC Invoke Start RequestId: " + serving)
        context = FCContext(request.head)
        try:
            answer = self.wsgi(request, context) if self.http else Answer.of(
                *bytes_of(self.handler(request.body, context)))
        except Exception as error:
            answer = Answer.failure(error)
        platform("FC Invoke End RequestId: " + serving)
        return answer

    def wsgi(self, request, context):
        answer = Answer("200 OK", [], b"")
        written = []

        def start_response(status, headers, exc_info=None):
            answer.status = status
            answer.fields = list(headers)
            return written.append

        parts = self.handler(request.environ(context), start_response)
        try:
            written.extend(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        for text in [answer.status, *(part for field in answer.fields for part in field)]:
            text.encode("latin-1")
            if "\r" in text or "\n" in text:
                raise ValueError("status and header fields must be one line each")
        answer.body = b"".join(written)
        answer.fields.append(("x-fc-status", "200"))
        return answer


def serve(function, connection):
    """Answers what the connection brings; False at its end."""
    global serving
    request = connection.request()
    if request is None:
        return False
    serving = request.head.get("x-fc-request-id", "")
    connection.channel.sendall(function.answer(request).encode(request))
    return not request.closes()


def listen(function):
    server = socket.create_server(("127.0.0.1", int(os.environ["FC_SERVER_PORT"])), backlog=128)
    with selectors.DefaultSelector() as selector:
        selector.register(server, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is server:
                    channel, _ = server.accept()
                    selector.register(channel, selectors.EVENT_READ, Connection(channel))
                    continue
                try:
                    stays = serve(function, key.data)
                    while stays and key.data.rest:
                        stays = serve(function, key.data)
                except ConnectionError:
                    stays = False
                if not stays:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def main():
    """Loads the handler, then serves for as long as the instance lives."""
    global slim_context
    version = re.match(r"python3\.(\d+)", os.environ.pop("WEFT_FC_RUNTIME", ""))
    slim_context = version is not None and int(version[1]) >= SLIM_SINCE_MINOR
    if os.path.realpath(sys.path[0] or ".") == os.path.dirname(os.path.realpath(__file__)):
        sys.path.pop(0)
    sys.path.insert(0, os.environ["FC_FUNC_CODE_PATH"])
    set_up_logging()
    listen(Function())
