# SPDX-License-Identifier: Apache-2.0
"""The function as Google's functions framework calls one: with the HTTP signature, by which CloudEvents come too."""
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import adapter_code as adapter  # noqa: E402  it is found by the line before
import flask  # noqa: E402  the framework's own
import server  # noqa: E402


class Code:
    """The function's code, opened in the process that serves: the framework's server forks it after this file is loaded."""

    def __init__(self):
        self.lock = threading.Lock()
        self.code = None

    def opened(self):
        with self.lock:
            if self.code is None:
                try:
                    self.code = adapter.open_code()
                except adapter.Failure as error:
                    print("%s: %s" % (error.kind, error), file=sys.stderr, flush=True)
                    raise
            return self.code

    def exchange(self, exchange):
        return self.opened().exchange(exchange)

    def event(self, event):
        return self.opened().event(event)

    def early(self):
        """Before somebody calls; who does is told what went wrong."""
        try:
            self.opened()
        except adapter.Failure:
            pass


server.CODE = Code()
os.register_at_fork(after_in_child=lambda: threading.Thread(target=server.CODE.early, daemon=True).start())


class Front(server.Front):
    """The server's way with a request that somebody else has read, and whose answer is written by somebody else."""

    def __init__(self, request):
        self.command = request.method
        self.path = request.environ.get("RAW_URI") or request.full_path
        self.client_address = (request.remote_addr or "", 0)
        self.headers = request.headers
        self.read = request.get_data()
        self.said = None

    def body(self):
        return self.read

    def answer(self, status, headers, body):
        fields = [(name, value) for name, value in headers if name.lower() not in server.HOP]
        self.said = flask.Response(body, status)
        self.said.headers = type(self.said.headers)(fields)
        self.said.content_length = len(body)


def weft(request):
    """What the framework calls."""
    front = Front(request)
    front.handle_call()
    return front.said
