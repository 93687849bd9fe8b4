# SPDX-License-Identifier: Apache-2.0
"""The function as a server on the port that the platform names: Knative, Code Engine, Azure, Alibaba. Listens once the
code is ready."""
import datetime
import os
import signal
import sys
import uuid

import adapter_code as adapter

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "expect"}


def moment(text):
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None
    except ValueError:
        return None


def words(error):
    return error if isinstance(error, adapter.Failure) else adapter.Failure(type(error).__name__, str(error))


class Front(adapter.Handler):
    def handle_call(self):
        body = self.body()
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP]
        if adapter.CONFIG["target"] == "alibaba":
            self.alibaba(headers, body)
        elif adapter.field(headers, "ce-specversion") is not None:
            try:
                self.result(CODE.event(self.call(headers, body)), [])
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
                self.result(CODE.event({**self.call(own, body), "id": call_id}), [("x-fc-status", "200")])
            except Exception as error:
                fields = [("x-fc-status", "404"), ("x-fc-error-type", "UnhandledInvocationError")]
                self.answer(404, [*fields, ("content-type", "application/json")], words(error).payload)
        elif way in (None, "/http-invoke"):
            self.exchange(own, body, id=call_id, remote=remote)
        else:
            self.answer(200, [("x-fc-status", "200")], b"")

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
        self.answer(200, [*fields, ("content-type", result["contentType"])], result["body"])

    def fail(self, error):
        # 502 to 504 may be the platform's own; a status of the function's is 500
        self.answer(500, [("content-type", "application/json")], words(error).payload)


def main():
    global CODE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        CODE = adapter.Code()
    except adapter.Failure as error:
        print("%s: %s" % (error.kind, error), file=sys.stderr, flush=True)
        sys.exit(1)
    names = ("FUNCTIONS_CUSTOMHANDLER_PORT", "FC_SERVER_PORT", "PORT")
    port = next((os.environ[name] for name in names if name in os.environ), "8080")
    adapter.Server((os.environ.get("HOST", "0.0.0.0"), int(port)), Front).serve_forever()


if __name__ == "__main__":
    main()
