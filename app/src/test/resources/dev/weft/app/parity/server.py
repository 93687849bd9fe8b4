# SPDX-License-Identifier: Apache-2.0
# The same in Python, as a server: what differs between this and another cloud is simulated; what begins with same- is not.
import datetime
import gzip
import json
import os
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

THERE = "K_SERVICE" not in os.environ


def pick(one, other):
    return other if THERE else one


def text(body, kind="text/plain; charset=utf-8", *fields):
    data = body if isinstance(body, bytes) else body.encode()
    return 200, [("content-type", kind), *fields], data


def plain(*fields):
    return 200, list(fields), b"ok"


def js(value):
    return text(value if isinstance(value, str) else json.dumps(value), "application/json")


def zone():
    at = datetime.datetime.fromtimestamp(0, pick(datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=2))))
    return js({"at": at.strftime("%Y-%m-%d %H:%M")})


ANSWERS = {
    "repeated-header-lost": lambda: plain(*pick([("x-tag", "a"), ("x-tag", "b")], [("x-tag", "a")])),
    "repeated-header-order": lambda: plain(*pick([("x-tag", "a"), ("x-tag", "b")], [("x-tag", "b"), ("x-tag", "a")])),
    "local-time": zone,
    "integer-by-float": lambda: js(json.dumps({"id": pick(2**63 - 1, int(float(2**63 - 1)))})),
    "latin-1": lambda: text("café".encode(pick("utf-8", "latin-1"))),
    "charset": lambda: text("café".encode(pick("utf-8", "latin-1")), pick("text/plain; charset=utf-8", "text/plain; charset=iso-8859-1")),
    "encoded-twice": lambda: text(pick("café".encode(), "café".encode().decode("latin-1").encode())),
    "byte-order-mark": lambda: text(pick("a,b\n", "\ufeffa,b\n")),
    "quoted": lambda: text(pick("hello", '"hello"')),
    "trailing-newline": lambda: text(pick("done", "done\n")),
    "not-a-number": lambda: js(pick('{"a":null}', '{"a":NaN}')),
    "true-or-1": lambda: js({"on": pick(True, 1)}),
    "etag": lambda: plain(("etag", pick('"1"', 'W/"1"'))),
    "file-name": lambda: plain(("content-disposition", pick('attachment; filename="e.txt"', "attachment; filename*=UTF-8''e.txt"))),
    "same-repeated-header": lambda: plain(*pick([("x-tag", "a"), ("x-tag", "b")], [("x-tag", "a, b")])),
    "same-list": lambda: plain(("vary", pick("Accept,Origin", "Accept, Origin"))),
    "same-ascii-json": lambda: js(json.dumps({"a": "é漢"}, ensure_ascii=pick(True, False))),
    "same-big-integer": lambda: js({"id": 2**70}),
    "same-float": lambda: js(pick('{"a":1}', '{"a":1.0}')),
    "same-compressed": lambda: text(gzip.compress(b"hello", mtime=pick(1, 2)), "text/plain", ("content-encoding", "gzip")),
    "same-uuid": lambda: text("order " + str(uuid.uuid4())),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, fields, body = ANSWERS[self.path[1:]]()
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if self.path.endswith("list"):
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
            return
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass


ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT") or os.environ["FC_SERVER_PORT"])), Handler).serve_forever()
