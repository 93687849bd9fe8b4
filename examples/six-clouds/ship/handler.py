#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An Azure Functions custom handler: the host posts each call of function `offer` to /offer."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EUROS_A_KILOGRAM = 1


def offer(data):
    kilograms = float(data["req"]["Query"].get("kilograms", 1))
    return {"carrier": "ship", "price": EUROS_A_KILOGRAM * kilograms, "currency": os.environ.get("CURRENCY")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one write

    def do_POST(self):
        invocation = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"statusCode": 200, "body": json.dumps(offer(invocation["Data"]))}
        answer["headers"] = {"content-type": "application/json"}
        self.answer({"Outputs": {"res": answer}, "Logs": []})

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
