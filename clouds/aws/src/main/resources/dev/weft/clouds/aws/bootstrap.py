# SPDX-License-Identifier: Apache-2.0
"""Starts a Python Lambda handler and serves it calls from the Lambda Runtime API (version 2018-06-01).

Weft's own, held to the same tests as AWS's runtime client. Needs the standard library only.
"""
import decimal
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

API_VERSION = "2018-06-01"
HEAD_LINES_MAX = 200
LINE_BYTES_MAX = 64 * 1024
XRAY_BYTES_MAX = 32 * 1024
# calls that `rehearse` serves: more are no better
REHEARSALS = 10
# from these on, text in answers is UTF-8 as it is, not escaped
PLAIN_TEXT = {"AWS_Lambda_python3.12", "AWS_Lambda_python3.13", "AWS_Lambda_python3.14"}


class Api:
    """The Runtime API over one connection: one send a request."""

    def __init__(self):
        self.authority = None

    def at(self, address):
        """Asks this one from now on. A connection that leads there already is kept."""
        authority, _, prefix = address.partition("/")
        self.base = "/%s%s/runtime" % (prefix + "/" if prefix else "", API_VERSION)
        if authority != self.authority:
            host, _, port = authority.partition(":")
            self.authority = authority
            self.socket = socket.create_connection((host, int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.input = self.socket.makefile("rb")

    def next(self):
        return self._ask("GET", "/invocation/next")

    def post(self, path, body, content_type="application/json", fields=()):
        return self._ask("POST", path, body, [("Content-Type", content_type), *fields])

    def _ask(self, method, path, body=b"", fields=()):
        head = ["%s %s%s HTTP/1.1" % (method, self.base, path), "Host: " + self.authority]
        head += ["%s: %s" % (name, value) for name, value in fields]
        if method == "POST":
            head.append("Content-Length: %d" % len(body))
        self.socket.sendall("\r\n".join(head + ["", ""]).encode("latin-1", "replace") + body)
        return self._answer()

    def _answer(self):
        status = int(self._line().split(" ", 2)[1])
        headers = {}
        for _ in range(HEAD_LINES_MAX):
            line = self._line()
            if not line:
                return status, headers, self.input.read(int(headers.get("content-length", "0")))
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        raise ConnectionError("the Runtime API's answer has more than %d header fields" % HEAD_LINES_MAX)

    def _line(self):
        line = self.input.readline(LINE_BYTES_MAX)
        if not line.endswith(b"\n"):
            raise ConnectionError("the Runtime API has ended the connection")
        return line.decode("latin-1").rstrip("\r\n")


class Fault(Exception):
    """An error of the runtime's own, in AWS's words."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = list(trace)


class Fields:
    """An object with named parts; those that did not come are None."""

    __slots__ = ()

    def __init__(self, parts=None):
        for name in self.__slots__:
            setattr(self, name, (parts or {}).get(name))

    def __repr__(self):
        parts = ["%s=%s" % (name, getattr(self, name)) for name in self.__slots__]
        return "%s([%s])" % (type(self).__name__, ",".join(parts))


class CognitoIdentity(Fields):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(Fields):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(Fields):
    __slots__ = ("custom", "env", "client")


class LambdaContext:
    """What a handler is told of its call, besides the event."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        client = _parsed(headers, "lambda-runtime-client-context", "Client Context")
        self.client_context = None if client is None else ClientContext(client)
        if client is not None and self.client_context.client is not None:
            self.client_context.client = Client(self.client_context.client)
        cognito = _parsed(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        self.identity = CognitoIdentity({
            "cognito_identity_id": cognito.get("cognitoIdentityId"),
            "cognito_identity_pool_id": cognito.get("cognitoIdentityPoolId"),
        })
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        parts = ["%s=%s" % (name, value) for name, value in vars(self).items() if not name.startswith("_")]
        return "LambdaContext([%s])" % ",".join(parts)


def _parsed(headers, field, name):
    text = headers.get(field)
    if not text:
        return None
    try:
        # fields come as bytes of UTF-8, which the connection reads one by one
        return json.loads(text.encode("latin-1").decode("utf-8", "replace"))
    except ValueError as error:
        raise Fault("LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, error)) from None


class Encoder(json.JSONEncoder):
    """JSON as AWS writes it: bytes are text, and a Decimal is a number with all of its digits, which the standard
    encoder can't say."""

    def __init__(self):
        super().__init__(ensure_ascii=os.environ.get("AWS_EXECUTION_ENV") not in PLAIN_TEXT)
        self.mark = "decimal-%s-" % os.urandom(12).hex()
        self.found = False

    def default(self, o):
        if isinstance(o, decimal.Decimal):
            if o.is_nan():
                return float("nan")
            self.found = True
            return self.mark + str(o)
        if isinstance(o, bytes):
            return o.decode("utf-8")
        return super().default(o)

    def text(self, value):
        text = self.encode(value)
        if self.found:
            pieces = text.split('"' + self.mark)
            text = pieces[0] + "".join(piece.replace('"', "", 1) for piece in pieces[1:])
        return text


def marshalled(result):
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return Encoder().text(result).encode("utf-8"), "application/json"
    except Exception as error:
        raise Fault("MarshalError", "Unable to marshal response: %s" % error) from None


def load(name):
    """Finds `dir/file.function` or `package.module.function` on the path."""
    module_name, dot, function = name.rpartition(".")
    if not dot:
        raise Fault(
            "MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from None
    except SyntaxError as error:
        where = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise Fault(
            "UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), [where]) from None
    try:
        return getattr(module, function)
    except AttributeError:
        raise Fault(
            "HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module_name)) from None


def failure(error, request_id=""):
    """The error that is being handled in Lambda's words, and as X-Ray wants to hear of it."""
    if isinstance(error, Fault):
        kind, trace, frames, cause = error.kind, error.trace, [], "LambdaValidationError"
    else:
        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            del frames[0]
        kind, trace = type(error).__name__, traceback.format_list(frames)
        cause = kind
    said = {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}
    xray = {
        "working_directory": os.getcwd(),
        "exceptions": [{
            "message": str(error),
            "type": cause,
            "stack": [{"label": frame.name, "path": frame.filename, "line": frame.lineno} for frame in frames],
        }],
        "paths": sorted({frame.filename for frame in frames}),
    }
    lines = ["[ERROR] %s: %s" % (kind, error) if str(error) else "[ERROR] %s" % kind]
    if trace:
        lines += ["Traceback (most recent call last):"] + [each.rstrip("\n") for each in trace]
    print("\n".join(lines), flush=True)
    return said, xray


def report(api, path, said, xray):
    fields = [("Lambda-Runtime-Function-Error-Type", said["errorType"])]
    cause = json.dumps(xray)
    if len(cause) < XRAY_BYTES_MAX:
        fields.append(("Lambda-Runtime-Function-XRay-Error-Cause", cause))
    api.post(path, json.dumps(said).encode("utf-8"), fields=fields)


class Log(logging.Handler):
    """Lines of the logging module, with the call that they belong to."""

    def __init__(self):
        super().__init__()
        self.request_id = ""
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record):
        record.aws_request_id = self.request_id
        sys.stdout.write(self.format(record))
        sys.stdout.flush()


def serve(api, handler, log):
    while True:
        status, headers, body = api.next()
        if status != 200:
            return  # the instance is over
        request_id = headers["lambda-runtime-aws-request-id"]
        log.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        path = "/invocation/" + request_id
        try:
            context = LambdaContext(headers)
            try:
                event = json.loads(body)
            except ValueError as error:
                raise Fault("UnmarshalError", "Unable to unmarshal input: %s" % error) from None
            result, content_type = marshalled(handler(event, context))
        except Exception as error:
            report(api, path + "/error", *failure(error, request_id))
        else:
            sys.stdout.flush()
            sys.stderr.flush()
            api.post(path + "/response", result, content_type)


API = Api()


def rehearsed(event, context):
    return {"statusCode": 200, "body": context.aws_request_id}


def rehearse():
    """Serves calls that are nobody's, from the Runtime API that the argument names: a first call finds all it needs
    loaded, and a connection."""
    API.at(sys.argv[1])
    for _ in range(REHEARSALS):
        _, headers, body = API.next()
        result, content_type = marshalled(rehearsed(json.loads(body), LambdaContext(headers)))
        API.post("/invocation/rehearsal/response", result, content_type)


def main():
    # neither the secret path of the Runtime API nor where to rehearse is the handler's business
    api = API
    api.at(os.environ.pop("AWS_LAMBDA_RUNTIME_API"))
    del sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.environ["LAMBDA_TASK_ROOT"]] + [each for each in sys.path if each != here]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    log = Log()
    logging.getLogger().addHandler(log)
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        report(api, "/init/error", *failure(error))
        sys.exit(1)
    serve(api, handler, log)


if __name__ == "__main__":
    main()
