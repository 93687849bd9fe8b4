# SPDX-License-Identifier: Apache-2.0
"""Serves one OpenWhisk action over the action interface: POST /init, then POST /run.

Weft's own, after OpenWhisk's document "Adding action language runtimes" and the behaviour of Apache's Python runtime. The
action runs in the main thread, as there. Nothing but Python itself is needed.
"""
import base64
import glob
import importlib.util
import io
import json
import os
import selectors
import socket
import sys
import tempfile
import time
import traceback
import zipfile

# Written to both streams: what the invoker takes for the end of an activation's log.
FRAME = b"XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n"

# 48 MB of code is what OpenWhisk allows; base64 makes a third more of it.
REQUEST_BYTES_MAX = 65 * 1024 * 1024
HEAD_BYTES_MAX = 64 * 1024
CODE_BYTES_MAX = 256 * 1024 * 1024  # unpacked
HEAR_OUT_SECONDS_MAX = 2
READ_BYTES = 256 * 1024
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           411: "Length Required", 413: "Content Too Large", 500: "Internal Server Error", 502: "Bad Gateway"}


class Refused(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Action:
    """The action, once /init has brought it or named it."""

    def __init__(self, folder):
        self.folder = folder
        self.main = None
        self.stopped = False

    def init(self, message):
        value = message.get("value") or {}
        if self.main is not None or self.stopped:
            raise Refused(403, "Cannot initialize the action more than once.")
        name = value.get("main") or "main"
        code = value.get("code")
        if code is None and self.folder is None:
            raise Refused(403, "Missing main/no code to execute.")
        try:
            for variable, content in (value.get("env") or {}).items():
                os.environ[variable] = content if isinstance(content, str) else json.dumps(content)
            self.main = load(self.folder if code is None else unpacked(code, value.get("binary")), name)
        except Exception as broken:
            traceback.print_exc()
            self.stopped = True
            frame()
            raise Refused(502, f"Cannot start action. Check logs for details. {type(broken).__name__}: {broken}") from None
        return {"ok": True}

    def run(self, message):
        if self.main is None or self.stopped:
            raise Refused(403, "no action defined yet")
        for name, value in message.items():
            if name != "value" and isinstance(value, str):
                os.environ["__OW_" + name.upper()] = value
        try:
            result = self.main(message.get("value") or {})
        except Exception as thrown:
            # an application error, by OpenWhisk's rule for Python; the process goes on
            traceback.print_exc()
            result = {"error": str(thrown)}
        try:
            if not isinstance(result, (dict, list)):
                print(f"Result must be a dictionary or a list, and is {type(result).__name__}", file=sys.stderr)
                raise Refused(502, "The action did not return a dictionary or array.")
            return json.dumps(result, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as not_json:
            traceback.print_exc()
            raise Refused(502, f"An error has occurred: the result is not JSON: {not_json}") from None
        finally:
            frame()


def unpacked(code, binary):
    """A folder with the code that came in the request."""
    root = tempfile.mkdtemp(prefix="action-")
    if not binary:
        with open(os.path.join(root, "__main__.py"), "w", encoding="utf-8") as file:
            file.write(code)
    else:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(code))) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > CODE_BYTES_MAX:
                raise ValueError(f"the code is larger than {CODE_BYTES_MAX} bytes")
            archive.extractall(root)  # strips whatever would lead out of it
    os.chdir(root)
    return root


def load(root, name):
    """The function of that name in __main__.py, or in the only file there is."""
    file = os.path.join(root, "__main__.py")
    if not os.path.exists(file):
        files = [each for each in sorted(os.listdir(root)) if each.endswith(".py") and not each.startswith(".")]
        if len(files) != 1:
            raise FileNotFoundError("Zip file does not include __main__.py")
        file = os.path.join(root, files[0])
    sys.path.insert(0, root)
    for packages in glob.glob(os.path.join(glob.escape(root), "virtualenv", "lib", "python3*", "site-packages")):
        sys.path.insert(1, packages)
    # not __main__: that name is this program's, and code under `if __name__ == "__main__"` is not part of an action
    spec = importlib.util.spec_from_file_location("main__", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["main__"] = module
    spec.loader.exec_module(module)
    main = getattr(module, name, None)
    if not callable(main):
        raise AttributeError(f"Action entrypoint '{name}' is not a function.")
    return main


def frame():
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
            os.write(descriptor, FRAME)
        except (OSError, ValueError, AttributeError):
            pass  # the action closed it; whoever reads waits no longer than a limit of its own


class Connection:
    """One of the platform's connections: collects a request until it is whole."""

    def __init__(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setblocking(False)
        self.client = client
        self.bytes = bytearray()
        self.head = None

    def read(self):
        """Whether the connection still stands."""
        try:
            more = self.client.recv(READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.bytes += more
        return bool(more)

    def request(self):
        """Method, path and body of the next request, or None while it is not whole."""
        if self.head is None:
            end = self.bytes.find(b"\r\n\r\n")
            if (end if end >= 0 else len(self.bytes)) > HEAD_BYTES_MAX:
                raise Refused(413, f"The head is larger than {HEAD_BYTES_MAX} bytes.")
            if end < 0:
                return None
            self.head = self.parsed(bytes(self.bytes[:end]))
            del self.bytes[: end + 4]
        method, path, length = self.head
        if len(self.bytes) < length:
            return None
        body = bytes(self.bytes[:length])
        del self.bytes[:length]
        self.head = None
        return method, path, body

    @staticmethod
    def parsed(head):
        try:
            line, *fields = head.decode("latin-1").split("\r\n")
            method, path, _ = line.split(" ")
            named = {name.strip().lower(): value.strip() for name, value in (each.split(":", 1) for each in fields)}
            length = int(named.get("content-length", "0"))
        except ValueError:
            raise Refused(400, "The request is not HTTP.") from None
        if "transfer-encoding" in named:
            raise Refused(411, "The request must declare its length.")
        if not 0 <= length <= REQUEST_BYTES_MAX:
            raise Refused(413, f"The request is larger than {REQUEST_BYTES_MAX} bytes.")
        return method, path, length

    def respond(self, status, text):
        body = text.encode("utf-8", "replace")
        head = (f"HTTP/1.1 {status} {REASONS[status]}\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\n\r\n")
        self.client.setblocking(True)
        self.client.sendall(head.encode("latin-1") + body)  # one write: a second one would wait for an acknowledgement
        self.client.setblocking(False)

    def hear_out(self):
        """Reads away what still comes: a connection closed before would take the answer with it."""
        until = time.monotonic() + HEAR_OUT_SECONDS_MAX
        try:
            self.client.shutdown(socket.SHUT_WR)
            while time.monotonic() < until:
                self.client.settimeout(max(0.01, until - time.monotonic()))
                if not self.client.recv(64 * 1024):
                    return
        except OSError:
            pass  # it has gone, or keeps silent


def answer(action, method, path, body):
    does = {"/init": action.init, "/run": action.run}.get(path)
    if does is None:
        raise Refused(404, "There is /init and /run.")
    if method != "POST":
        raise Refused(405, "Only POST is possible here.")
    try:
        message = json.loads(body)
    except ValueError as not_json:
        raise Refused(400, f"Error unmarshaling request: {not_json}") from None
    if not isinstance(message, dict):
        raise Refused(400, "Error unmarshaling request: it is not an object")
    result = does(message)
    return result if isinstance(result, str) else json.dumps(result)


def serve(action, connection):
    """Serves what has come; whether the connection still stands."""
    stands = connection.read()
    try:
        request = connection.request()
        while request is not None:
            try:
                connection.respond(200, answer(action, *request))
            except Refused as refused:
                connection.respond(refused.status, json.dumps({"error": refused.sentence}))
            request = connection.request()
    except Refused as unreadable:
        # what follows on this connection can't be told apart from the bad request
        connection.respond(unreadable.status, json.dumps({"error": unreadable.sentence}))
        connection.hear_out()
        return False
    except OSError:
        return False
    return stands


def listen(action, port):
    with selectors.DefaultSelector() as selector, socket.create_server(("127.0.0.1", port), backlog=128) as server:
        server.setblocking(False)
        selector.register(server, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is server:
                    try:
                        client, _ = server.accept()
                    except OSError:
                        continue  # it is gone already
                    selector.register(client, selectors.EVENT_READ, Connection(client))
                elif not serve(action, key.data):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def main():
    # The address for the action's own calls of the platform: here that is Weft's gateway.
    os.environ.setdefault("__OW_API_HOST", os.environ.get("WEFT_URL", ""))
    listen(Action(os.environ.pop("WEFT_ACTION_CODE", None)), int(os.environ.pop("WEFT_ACTION_PORT", "8080")))


if __name__ == "__main__":
    main()
