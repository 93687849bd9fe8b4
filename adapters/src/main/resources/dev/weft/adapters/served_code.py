# SPDX-License-Identifier: Apache-2.0
"""Code whose contract is HTTP in some form: it runs in a child that serves a free loopback port, or a socket, and is called
as its own platform calls it. Offers exchange(…) and event(…) as adapter_code does."""
import atexit
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import calls_of
from adapter_code import CONFIG, FRONTS_OWN, ROOT, Failure, about, until

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "expect"}
STEP_SECONDS = 0.01
START_SECONDS_MAX = 60
FRAME = b"XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n"


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def without_frames(read, write):
    """Passes a child's output on but the marks that only a platform reads."""
    for line in read:
        if line != FRAME:
            write.buffer.write(line)
            write.flush()


class Child:
    """The running program."""

    def __init__(self, calls):
        self.socket = os.path.join(tempfile.mkdtemp(prefix="weft-"), "fn.sock") if CONFIG["contract"] == "fn" else None
        self.port = None if self.socket else free_port()
        program, *words = CONFIG["command"]
        env = {name: value for name, value in os.environ.items() if name not in FRONTS_OWN}
        env.update(calls.env(self.port, self.socket))
        framed = subprocess.PIPE if CONFIG["contract"] == "openwhisk" else None
        self.process = subprocess.Popen(
            [sys.executable if program in ("python3", "python") else program, *words],
            cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=framed, stderr=framed, start_new_session=True)
        atexit.register(self.kill)
        if framed:
            for read, write in ((self.process.stdout, sys.stdout), (self.process.stderr, sys.stderr)):
                threading.Thread(target=without_frames, args=(read, write), daemon=True).start()
        self.await_listening()
        try:
            calls.opened(self)
        except Exception:
            self.stop()
            raise

    def await_listening(self):
        late = time.monotonic() + START_SECONDS_MAX
        while not self.listens():
            status = self.process.poll()
            if status is not None:
                raise Failure("InitError", "the program has ended: " + (
                    "exit status %d" % status if status >= 0 else signal.Signals(-status).name))
            if time.monotonic() > late:
                self.stop()
                raise Failure("InitError", "the program listens on nothing %d s after its start" % START_SECONDS_MAX)
            time.sleep(STEP_SECONDS)

    def listens(self):
        try:
            connection = self.connection(1)
            connection.connect()
            connection.close()
            return True
        except OSError:
            return False

    def connection(self, seconds):
        own = SocketConnection(self.socket) if self.socket else http.client.HTTPConnection("127.0.0.1", self.port)
        own.timeout = seconds
        return own

    def runs(self):
        return self.process.poll() is None

    def kill(self):
        """Ends it and what it started: some servers work in processes of their own."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended

    def stop(self):
        self.kill()
        self.process.wait()
        atexit.unregister(self.kill)

    def ask(self, method, path, headers, body, deadline=None):
        """Sends one request; its answer whole: status, header fields, body."""
        timed = until(deadline)
        connection = self.connection(max(0.001, timed - time.time()))
        # a socket's timeout is of one read: this one is of all
        ending = threading.Timer(max(0.001, timed - time.time()), self.stop)
        ending.daemon = True
        ending.start()
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() not in HOP:
                    connection.putheader(name, value)
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            fields = [(name, value) for name, value in answer.getheaders()
                      if name.lower() not in HOP and name.lower() != "date"]
            return answer.status, fields, answer.read()
        except (OSError, http.client.HTTPException) as error:
            if time.time() >= timed - 0.001:
                self.stop()  # what still runs for this call must not serve the next
                raise Failure("Timeout", "no answer within %d ms" % CONFIG["timeoutMillis"]) from None
            raise Failure("ExitError", "the program gave no answer: %s" % (error or type(error).__name__)) from None
        finally:
            ending.cancel()
            connection.close()


class Code:
    """The program's process, and whose turn it is where the contract promises one call at a time."""

    def __init__(self):
        self.calls = calls_of.contract()
        self.starting = threading.Lock()
        self.turn = threading.Lock()
        self.child = None
        self.running()

    def running(self):
        with self.starting:
            if self.child is None or not self.child.runs():
                self.child = Child(self.calls)
            return self.child

    def serve(self, does, call):
        handed = {**call, **about(call), "deadline": until(call.get("deadline"))}
        if not self.calls.one_at_a_time:
            return does(self.running(), handed)
        with self.turn:
            return does(self.running(), {**handed, "deadline": until(call.get("deadline"))})

    def exchange(self, exchange):
        return self.serve(self.calls.exchange, exchange)

    def event(self, event):
        return self.serve(self.calls.event, event)
