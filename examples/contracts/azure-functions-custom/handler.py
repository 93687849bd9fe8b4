#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An Azure Functions custom handler: the host posts each call of function `hello` to /hello."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def hello(data):
    request = data["req"]
    try:
        name = json.loads(request.get("Body") or "{}").get("name")
    except (ValueError, AttributeError):
        name = None
    return "hello " + (name or request["Query"].get("name") or "world") + "\n"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one write

    def do_GET(self):
        self.answer({})

    def do_POST(self):
        invocation = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = hello(invocation["Data"])
        self.answer({"Outputs": {"res": {"statusCode": 200, "body": body}}, "Logs": ["said " + body.strip()]})

    def answer(self, result):
        payload = json.dumps(result).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"])), Handler).serve_forever()
