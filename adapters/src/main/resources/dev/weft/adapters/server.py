# SPDX-License-Identifier: Apache-2.0
"""The function as a server: on the port that the platform names (Knative, Code Engine, Azure, Alibaba), or on Fn's socket.
Listens once the code is ready."""
import datetime
import json
import os
import re
import signal
import socket
import socketserver
import sys
import urllib.parse
import uuid

import adapter_code as adapter

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "expect"}


FN_PREFIX = "fn-http-h-"


def moment(text):
    """Seconds since 1970 of a time with as many digits as it likes; None where there is none."""
    try:
        plain = re.sub(r"\.(\d+)", lambda digits: "." + digits[1][:6].ljust(6, "0"), text or "")
        return datetime.datetime.fromisoformat(plain.replace("Z", "+00:00")).timestamp() if plain else None
    except ValueError:
        return None


def type_of(body):
    """Alibaba names no type of an event."""
    try:
        json.loads(body)
        return "application/json"
    except ValueError:
        return "application/octet-stream"


def words(error):
    return error if isinstance(error, adapter.Failure) else adapter.Failure(type(error).__name__, str(error))


class Front(adapter.Handler):
    def handle_call(self):
        body = self.body()
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP]
        if adapter.CONFIG["target"] == "alibaba":
            self.alibaba(headers, body)
        elif adapter.CONFIG["target"] == "fn":
            self.fn(headers, body)
        elif adapter.field(headers, "ce-specversion") is not None and adapter.CONFIG["contract"] != "cloudevents":
            # code of contract cloudevents takes requests that are CloudEvents as they are
            attributes = {name.lower()[3:]: urllib.parse.unquote(value)
                          for name, value in headers if name.lower().startswith("ce-")}
            content_type = adapter.field(headers, "content-type")
            try:
                self.result(CODE.event(
                    {**self.call(headers, body), "contentType": content_type, "attributes": attributes}), [])
            except Exception as error:  # whatever it is, the caller hears of it
                self.fail(error)
        else:
            self.exchange(headers, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = handle_call

    def alibaba(self, headers, body):
        way = adapter.field(headers, "x-fc-control-path")
        call_id = adapter.field(headers, "x-fc-request-id")
        remote = adapter.field(headers, "x-fc-client-ip")
        own = [(name, value) for name, value in headers if not name.lower().startswith("x-fc-")]
        if way == "/invoke":
            try:
                event = {**self.call(own, body), "id": call_id, "contentType": type_of(body), "attributes": {}}
                self.result(CODE.event(event), [("x-fc-status", "200")])
            except Exception as error:
                fields = [("x-fc-status", "404"), ("x-fc-error-type", "UnhandledInvocationError")]
                self.answer(404, [*fields, ("content-type", "application/json")], words(error).payload)
        elif way in (None, "/http-invoke"):
            self.exchange(own, body, id=call_id, remote=remote)
        else:
            self.answer(200, [("x-fc-status", "200")], b"")

    def fn(self, headers, body):
        about = {
            "id": adapter.field(headers, "fn-call-id") or str(uuid.uuid4()),
            "trace": adapter.field(headers, "traceparent"),
            "deadline": moment(adapter.field(headers, "fn-deadline")),
            "body": body,
        }
        try:
            if adapter.field(headers, "fn-intent") != "httprequest":
                others = [(name, value) for name, value in headers
                          if not re.match("fn-|content-|host$|x-b3-", name, re.IGNORECASE)]
                content_type = adapter.field(headers, "content-type")
                self.result(CODE.event({**about, "contentType": content_type, "attributes": dict(others)}), [])
                return
            status, fields, answer = CODE.exchange({**about, **fn_exchange(headers)})
            own = [("Fn-Http-Status", str(status))]
            own += [(name, value) for name, value in fields if name.lower() == "content-type"][:1]
            own += [("Fn-Http-H-" + name, value) for name, value in fields if name.lower() not in HOP]
            self.answer(200, own, answer)
        except Exception as error:
            # the platform tells the caller only that it failed; the log says why
            failure = words(error)
            print("%s: %s: %s" % (failure.kind, failure, failure.payload.decode("utf-8", "replace")),
                  file=sys.stderr, flush=True)
            self.answer(502, [("content-type", "application/json")], failure.payload)

    def call(self, headers, body):
        path, _, query = self.path.partition("?")
        forwarded = adapter.field(headers, "x-forwarded-for")
        return {
            "method": self.command,
            "path": path,
            "query": query,
            "headers": headers,
            "body": body,
            "id": adapter.field(headers, "weft-invocation-id") or str(uuid.uuid4()),
            "trace": adapter.field(headers, "traceparent"),
            "deadline": moment(adapter.field(headers, "weft-deadline")),
            "host": adapter.field(headers, "host"),
            "remote": forwarded.split(",")[0].strip() if forwarded else self.client_address[0],
        }

    def exchange(self, headers, body, **more):
        try:
            said = {name: value for name, value in more.items() if value}
            self.answer(*CODE.exchange({**self.call(headers, body), **said}))
        except Exception as error:
            self.fail(error)

    def result(self, result, fields):
        content_type = [("content-type", result["contentType"])] if result.get("contentType") else []
        self.answer(200, [*fields, *content_type], result["body"])

    def fail(self, error):
        # 502 to 504 may be the platform's own; a status of the function's is 500
        self.answer(500, [("content-type", "application/json")], words(error).payload)


def fn_exchange(headers):
    """The exchange of an HTTP trigger's call."""
    own = [(name[len(FN_PREFIX):], value) for name, value in headers if name.lower().startswith(FN_PREFIX)]
    content_type = adapter.field(headers, "content-type")
    if content_type is not None and adapter.field(own, "content-type") is None:
        own.append(("content-type", content_type))
    own = [(name, value) for name, value in own if name.lower() not in HOP]
    url = urllib.parse.urlsplit(adapter.field(headers, "fn-http-request-url") or "/")
    forwarded = adapter.field(own, "x-forwarded-for")
    return {
        "method": adapter.field(headers, "fn-http-method") or "POST",
        "path": url.path or "/",
        "query": url.query,
        "headers": own,
        "trace": adapter.field(own, "traceparent"),
        "host": adapter.field(own, "host") or url.netloc,
        "remote": forwarded.split(",")[0].strip() if forwarded else "",
    }


class SocketFront(Front):
    disable_nagle_algorithm = False  # a socket of the machine has none


class SocketServer(adapter.Server):
    address_family = socket.AF_UNIX

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # there is no host whose name could be looked up


def listening():
    if adapter.CONFIG["target"] == "fn":
        # the platform waits for the link: it must not see a socket that is not ready
        listener = re.sub("^unix:", "", os.environ["FN_LISTENER"])
        own = "weft-%d.sock" % os.getpid()
        path = os.path.join(os.path.dirname(listener), own)
        server = SocketServer(path, SocketFront)
        os.chmod(path, 0o666)
        os.symlink(own, listener)
        return server
    names = ("FUNCTIONS_CUSTOMHANDLER_PORT", "FC_SERVER_PORT", "PORT")
    port = next((os.environ[name] for name in names if name in os.environ), "8080")
    return adapter.Server((os.environ.get("HOST", "0.0.0.0"), int(port)), Front)


def main():
    global CODE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        CODE = adapter.open_code()
    except adapter.Failure as error:
        print("%s: %s" % (error.kind, error), file=sys.stderr, flush=True)
        sys.exit(1)
    listening().serve_forever()


if __name__ == "__main__":
    main()
