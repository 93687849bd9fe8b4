# SPDX-License-Identifier: Apache-2.0
"""How each contract's own platform calls its code over HTTP: an exchange as (status, header fields, body), an event as its
result."""
import base64
import datetime
import json
import math
import os
import re
import urllib.parse

from adapter_code import CONFIG, ROOT, Failure, field

SENDABLE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TAKEN = ("host", "content-type", "content-length", "traceparent", "weft-invocation-id")
RESERVED = ("__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body")
TEXT = ("application/javascript", "application/xml", "application/x-www-form-urlencoded")
FORM = "application/x-www-form-urlencoded"
FC_TEXT = ("", "application/yaml", "application/graphql", *TEXT)


def result_of(status, headers, body):
    """The result of an event that a server was sent."""
    if not 200 <= status <= 299:
        raise Failure("http %d" % status, "the function answered an event with status %d" % status, body)
    return {"contentType": field(headers, "content-type"), "body": body}


def told(call):
    """What a call is known by."""
    return [(name, call[key]) for name, key in (("weft-invocation-id", "id"), ("traceparent", "trace")) if call.get(key)]


def asked(exchange, more=()):
    headers = exchange["headers"]
    host = [] if field(headers, "host") else [("host", exchange.get("host") or "localhost")]
    given = [(name, value) for name, value in headers if name.lower() not in ("weft-invocation-id", "traceparent")]
    path = exchange["path"] + ("?" + exchange["query"] if exchange.get("query") else "")
    return exchange["method"], path, [*host, *given, *told(exchange), *more], exchange["body"], exchange["deadline"]


def posted(event, path, fields, content_type=None):
    media = content_type or event.get("contentType") or "application/octet-stream"
    headers = [("host", "localhost"), ("content-type", media), *fields, *told(event)]
    return "POST", path, headers, event["body"], event["deadline"]


class Http:
    """Contract http: an exchange as it is, an event as the POST of its body to "/"."""

    one_at_a_time = False

    def env(self, port, _):
        return {"PORT": str(port), "HOST": "127.0.0.1"}

    def opened(self, child):
        pass

    def exchange(self, child, exchange):
        return child.ask(*asked(exchange))

    def event(self, child, event):
        fields = [(name, value) for name, value in (event.get("attributes") or {}).items()
                  if SENDABLE.fullmatch(name) and name.lower() not in TAKEN and re.fullmatch("[ -~]*", value)]
        return result_of(*child.ask(*posted(event, "/", fields)))


class CloudEvents(Http):
    """Contract cloudevents: an event in binary mode; an exchange only where it is a CloudEvent already."""

    def exchange(self, child, exchange):
        headers = exchange["headers"]
        structured = (field(headers, "content-type") or "").lower().startswith("application/cloudevents")
        if field(headers, "ce-specversion") is None and not structured:
            raise Failure("NotACloudEvent", "the request is not a CloudEvent 1.0: its specversion is missing")
        return child.ask(*asked(exchange))

    def event(self, child, event):
        structured = (event.get("contentType") or "").lower().startswith("application/cloudevents")
        return result_of(*child.ask(*posted(event, "/", [] if structured else binary(event))))


class Google(CloudEvents):
    """Google's functions framework, the code's own copy: an exchange as it is, an event as a CloudEvent in binary mode."""

    def env(self, port, _):
        return {
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "FUNCTION_TARGET": CONFIG["handler"],
            "FUNCTION_SOURCE": os.path.join(ROOT, os.environ.get("GOOGLE_FUNCTION_SOURCE", "main.py")),
            "K_SERVICE": CONFIG["name"],
            "K_REVISION": "1",
        }

    def exchange(self, child, exchange):
        return child.ask(*asked(exchange))


def binary(event):
    """The header fields of an event in binary mode."""
    own = {
        "specversion": "1.0",
        "id": event["id"],
        "source": "/weft/" + CONFIG["name"],
        "type": "dev.weft.invocation",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        **(event.get("attributes") or {}),
    }
    own.pop("datacontenttype", None)
    safe = "!#$&()*+,/:;=?@-._~[]"
    return [("ce-" + name, urllib.parse.quote(str(value), safe=safe))
            for name, value in own.items() if re.fullmatch("[a-z0-9]+", name)]


class Azure(Http):
    """An Azure custom handler that asks for HTTP as it came: an exchange under its own path, an event is POSTed there."""

    def env(self, port, _):
        return {"FUNCTIONS_CUSTOMHANDLER_PORT": str(port), "FUNCTIONS_HTTPWORKER_PORT": str(port)}

    def exchange(self, child, exchange):
        return child.ask(*asked(exchange, [("x-azure-functions-invocationid", exchange["id"])]))

    def event(self, child, event):
        fields = [("x-azure-functions-invocationid", event["id"])]
        return result_of(*child.ask(*posted(event, CONFIG["route"], fields)))


class Alibaba(Http):
    """Alibaba's protocol of custom runtimes: /http-invoke for exchanges, /invoke for events. A handler under Weft's start-up
    loop is served by it, too."""

    def __init__(self):
        self.handler = CONFIG["runtime"].startswith("python")
        self.events = False
        self.one_at_a_time = self.handler

    def env(self, port, _):
        env = {
            "FC_SERVER_PORT": str(port),
            "FC_FUNCTION_NAME": CONFIG["name"],
            "FC_FUNCTION_HANDLER": CONFIG["handler"],
            "FC_FUNCTION_MEMORY_SIZE": str(CONFIG["memoryMebibytes"]),
            "FC_FUNC_CODE_PATH": ROOT,
        }
        return {**env, "WEFT_FC_RUNTIME": CONFIG["runtime"]} if self.handler else env

    def opened(self, child):
        if self.handler:
            call = {"id": "start", "remote": ""}
            status, headers, body = child.ask("POST", "/initialize", [("host", "localhost"), *self.own(call, "/initialize")], b"")
            if status >= 400:
                raise Failure("InitError", body.decode("utf-8", "replace"), body)
            self.events = field(headers, "x-fc-handler-style") != "http"

    def own(self, call, path):
        return [
            ("x-fc-control-path", path),
            ("x-fc-request-id", call["id"]),
            ("x-fc-function-name", CONFIG["name"]),
            ("x-fc-function-handler", CONFIG["handler"]),
            ("x-fc-function-memory", str(CONFIG["memoryMebibytes"])),
            ("x-fc-function-timeout", str(math.ceil(CONFIG["timeoutMillis"] / 1000))),
            ("x-fc-client-ip", call.get("remote") or ""),
        ]

    def exchange(self, child, exchange):
        if self.events:
            event = {**exchange, "body": json.dumps(http_event(exchange)).encode()}
            return http_answer(self.event(child, event)["body"])
        plain = {**exchange, "headers": kept(exchange["headers"])}
        more = [*self.own(exchange, "/http-invoke"), ("x-fc-base-path", exchange["path"])]
        status, headers, body = child.ask(*asked(plain, more))
        return status, kept(headers), body

    def event(self, child, event):
        status, headers, body = child.ask(*posted(
            event, "/invoke", self.own(event, "/invoke"), "application/octet-stream"))
        said = field(headers, "x-fc-status")
        if (said != "200") if said is not None else not 200 <= status <= 299:
            kind = field(headers, "x-fc-error-type") or "UnhandledInvocationError"
            raise Failure(kind, "the function answered with status %d" % status, body)
        return {"contentType": field(headers, "content-type"), "body": body}


def kept(headers):
    return [(name, value) for name, value in headers if not name.lower().startswith("x-fc-")]


def text_of(content_type, body):
    kind = media(content_type)
    try:
        return body.decode("utf-8") if kind in FC_TEXT or is_json(kind) or is_text(kind) else None
    except UnicodeDecodeError:
        return None


def http_event(exchange):
    """An exchange as the event of a built-in runtime's handler: payload version v1."""
    now = datetime.datetime.now(datetime.timezone.utc)
    headers = {}
    for name, value in kept(exchange["headers"]):
        key = "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))
        headers[key] = headers[key] + "," + value if key in headers else value
    parameters = {}
    for name, value in urllib.parse.parse_qsl(exchange.get("query") or "", keep_blank_values=True):
        parameters[name] = parameters[name] + "," + value if name in parameters else value
    host = re.sub(r":\d+$", "", exchange.get("host") or "")
    text = text_of(field(exchange["headers"], "content-type"), exchange["body"])
    return {
        "version": "v1",
        "rawPath": exchange["path"],
        "body": base64.b64encode(exchange["body"]).decode() if text is None else text,
        "isBase64Encoded": text is None,
        "headers": headers,
        "queryParameters": parameters,
        "requestContext": {
            "accountId": "0000000000000000",
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": exchange["method"],
                "path": urllib.parse.unquote(exchange["path"]),
                "protocol": "HTTP/1.1",
                "sourceIp": exchange.get("remote") or "",
                "userAgent": field(exchange["headers"], "user-agent") or "",
            },
            "requestId": exchange["id"],
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "timeEpoch": str(int(now.timestamp() * 1000)),
        },
    }


def http_answer(result):
    """The answer that such a handler's result means."""
    plain = (200, [("content-type", "application/json")], result)
    try:
        value = json.loads(result)
    except ValueError:
        return plain
    if not isinstance(value, dict) or "statusCode" not in value:
        return plain
    status, body = value["statusCode"], value.get("body")
    if not str(status).isdigit() or not 200 <= int(status) <= 599:
        raise Failure("BadResponse", "statusCode: %s: a number from 200 to 599" % json.dumps(status))
    if body is not None and not isinstance(body, str):
        raise Failure("BadResponse", "body: must be a string; turn objects into JSON text first")
    headers = [(name, str(each)) for name, said in (value.get("headers") or {}).items() if said is not None
               for each in (said if isinstance(said, list) else [said])]
    if field(headers, "content-type") is None:
        headers.append(("content-type", "application/json"))
    try:
        data = base64.b64decode(body or "", validate=True) if value.get("isBase64Encoded") else (body or "").encode()
    except ValueError:
        raise Failure("BadResponse", "body: isBase64Encoded is true, but it is not base64") from None
    return int(status), kept(headers), data


class OpenWhisk(Http):
    """An OpenWhisk action under the same proxy as on Weft's engine: an exchange as a web action's call, an event as
    parameters."""

    one_at_a_time = True

    def env(self, port, _):
        return {"WEFT_ACTION_PORT": str(port), "WEFT_ACTION_CODE": ROOT, "__OW_ACTION_NAME": "/_/" + CONFIG["name"]}

    def opened(self, child):
        """Has the proxy load the action."""
        message = {"value": {"name": CONFIG["name"], "main": CONFIG["handler"], "binary": True}}
        status, _, body = self.post(child, "/init", message)
        if status != 200:
            raise failure("InitError", json.loads(body)["error"])

    def post(self, child, path, message, deadline=None):
        headers = [("host", "localhost"), ("content-type", "application/json")]
        return child.ask("POST", path, headers, json.dumps(message).encode(), deadline)

    def run(self, child, call, value):
        status, _, body = self.post(child, "/run", {
            "value": value,
            "namespace": "_",
            "action_name": "/_/" + CONFIG["name"],
            "action_version": "0.0.1",
            "activation_id": call["id"].replace("-", ""),
            "transaction_id": call["id"],
            "deadline": str(int(call["deadline"] * 1000)),
        }, call["deadline"])
        result = json.loads(body)
        if status != 200:
            child.stop()  # the platform gives the next call another process, too
            raise failure("DeveloperError", result["error"])
        return result

    def exchange(self, child, exchange):
        return web_answer(self.run(child, exchange, web_call(exchange)))

    def event(self, child, event):
        value = json.loads(event["body"]) if event["body"] else {}
        if not isinstance(value, dict):
            raise failure("ApplicationError", "the payload must be a JSON object: its fields are the action's parameters")
        result = self.run(child, event, value)
        if isinstance(result, dict) and "error" in result:
            raise failure("ApplicationError", result["error"])
        return {"contentType": "application/json", "body": json.dumps(result).encode()}


def failure(kind, value):
    return Failure(kind, value if isinstance(value, str) else json.dumps(value), json.dumps({"error": value}).encode())


def media(content_type):
    return (content_type or "").split(";")[0].strip().lower()


def is_json(kind):
    return kind == "application/json" or kind.endswith("+json")


def is_text(kind):
    return kind.startswith("text/") or kind in TEXT or (kind.endswith("+xml") and not kind.startswith("image/"))


def put(parameters, fields):
    for name, value in fields:
        if name in RESERVED:
            raise failure(
                "ApplicationError",
                "Request defines parameters that are not allowed (e.g., reserved properties): " + name)
        parameters[name] = value


def web_call(exchange):
    """The parameters of a web action's call."""
    fields = {}
    for name, value in exchange["headers"]:
        key = name.lower()
        fields[key] = fields[key] + ("; " if key == "cookie" else ", ") + value if key in fields else value
    parameters = {"__ow_method": exchange["method"].lower(), "__ow_headers": fields, "__ow_path": exchange["path"]}
    put(parameters, urllib.parse.parse_qsl(exchange.get("query") or "", keep_blank_values=True))
    kind, body = media(fields.get("content-type")), exchange["body"]
    if not body:
        return parameters
    if is_json(kind):
        value = json.loads(body)
        if isinstance(value, dict):
            put(parameters, value.items())
        else:
            parameters["__ow_body"] = value
    elif kind == FORM:
        put(parameters, urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    else:
        parameters["__ow_body"] = body.decode("utf-8", "replace") if is_text(kind) else base64.b64encode(body).decode()
    return parameters


def web_answer(result):
    """The answer that a web action's result means, as the controller reads it."""
    said = result["error"] if isinstance(result, dict) and result.get("error") is not None else result
    status = said.get("statusCode") if isinstance(said, dict) else None
    right = isinstance(said, dict) and (
        status is None or (str(status).isdigit() and 200 <= int(status) <= 599))
    if not right:
        wrong = b'{"error":"Response is not valid \'message/http\'."}'
        return 400, [("content-type", "application/json")], wrong
    headers = [(name.lower(), str(each)) for name, value in (said.get("headers") or {}).items()
               for each in (value if isinstance(value, list) else [value])]
    given = field(headers, "content-type")
    others = [each for each in headers if each[0] not in ("content-length", "transfer-encoding", "content-type")]
    body = said.get("body")
    if body is None or body == "":
        return int(status or 204), others, b""
    if not isinstance(body, str):
        own = [*others, ("content-type", given or "application/json")]
        return int(status or 200), own, json.dumps(body).encode()
    kind = media(given or "text/html")
    encoded = re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", body.strip())
    binary_body = bool(encoded) if is_json(kind) else not is_text(kind)
    own = [*others, ("content-type", given or "text/html; charset=UTF-8")]
    return int(status or 200), own, base64.b64decode(body) if binary_body else body.encode()


class Fn(Http):
    """A program that serves Fn's socket: an exchange as an HTTP trigger sends it, an event as a plain invoke."""

    one_at_a_time = True

    def env(self, _, path):
        return {
            "FN_LISTENER": "unix:" + path,
            "FN_FORMAT": "http-stream",
            "FN_APP_ID": "weft",
            "FN_APP_NAME": "weft",
            "FN_FN_ID": CONFIG["name"],
            "FN_FN_NAME": CONFIG["name"],
            "FN_MEMORY": str(CONFIG["memoryMebibytes"]),
            "FN_TYPE": "sync",
        }

    def called(self, child, call, fields):
        deadline = datetime.datetime.fromtimestamp(call["deadline"], datetime.timezone.utc)
        common = [
            ("host", "localhost"),
            ("Fn-Call-Id", call["id"]),
            ("Fn-Deadline", deadline.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        ]
        trace = [("traceparent", call["trace"])] if call.get("trace") else []
        status, headers, body = child.ask("POST", "/call", [*common, *trace, *fields], call["body"], call["deadline"])
        if status != 200:
            raise Failure("FunctionFailed", "function failed", body)
        return headers, body

    def exchange(self, child, exchange):
        own = [(name if name.lower() == "content-type" else "Fn-Http-H-" + name, value)
               for name, value in exchange["headers"] if name.lower() != "traceparent"]
        query = "?" + exchange["query"] if exchange.get("query") else ""
        headers, body = self.called(child, exchange, [
            ("Fn-Intent", "httprequest"),
            ("Fn-Http-Method", exchange["method"]),
            ("Fn-Http-Request-Url", "http://%s%s%s" % (exchange.get("host") or "localhost", exchange["path"], query)),
            *own,
        ])
        prefix = "fn-http-h-"
        said = [(name[len(prefix):], value) for name, value in headers if name.lower().startswith(prefix)]
        content_type = field(headers, "content-type")
        if content_type is not None and field(said, "content-type") is None:
            said.append(("content-type", content_type))
        status = field(headers, "fn-http-status") or "200"
        return int(status) if status.isdigit() and 200 <= int(status) <= 599 else 200, said, body

    def event(self, child, event):
        own = [("content-type", event["contentType"])] if event.get("contentType") else []
        headers, body = self.called(child, event, own)
        return {"contentType": field(headers, "content-type"), "body": body}


def contract():
    """The one of the code."""
    return {
        "http": Http,
        "cloudevents": CloudEvents,
        "azure-functions": Azure,
        "google-functions": Google,
        "alibaba-fc": Alibaba,
        "openwhisk": OpenWhisk,
        "fn": Fn,
    }[CONFIG["contract"]]()
