# SPDX-License-Identifier: Apache-2.0
"""Starts Google's functions framework in a function's process, by its own program. Everything it is told stands in the
environment. Arguments: the folder of Weft's copy of the framework, then the code's folder where that brings a framework,
or a library that the framework needs, itself: those are used then, as Google's own builds do."""
import io
import os
import signal
import sys

LIBRARY, *BRINGS = sys.argv[1:]
# where site-packages are: behind Python's own, before the code, which the framework appends
sys.path.extend([*BRINGS, LIBRARY])

# connections are kept by who calls; the server's two seconds would end some while they are used again
KEEP_ALIVE_SECONDS = 3600


def load():
    """The framework's program, and the server that it starts: modules that take their time."""
    import functions_framework._cli
    import functions_framework._http.gunicorn
    import gunicorn.workers.gthread

    return functions_framework._cli._cli


if not BRINGS:
    load()


def rehearse():
    """Serves one request in memory: what a first one loads and compiles is there then."""
    import flask
    import functions_framework

    app = flask.Flask("rehearsal")
    functions_framework._configure_app(app, lambda request: {"json": request.get_json(silent=True)}, "http")
    body = b"{}"
    answer = app.wsgi_app({
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }, lambda status, headers, error=None: None)
    b"".join(answer)


def end(status):
    """Ends this process as that one has ended."""
    if os.WIFSIGNALED(status):
        killed = os.WTERMSIG(status)
        signal.signal(killed, signal.SIG_DFL) if killed not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), killed)
        os._exit(128 + killed)  # the first process of a space is spared
    os._exit(os.WEXITSTATUS(status))


def one_instance():
    """
    An instance is gunicorn's one worker. Where that ends unasked, gunicorn boots another, and nobody is told how the first one
    ended; here the instance ends with it, in the same way, and Weft tells the caller and starts the next.
    """
    import gunicorn.app.base

    class Arbiter(gunicorn.app.base.Arbiter):
        stopping = False

        def setup(self, app):
            for name, value in (
                    ("control_socket_disable", True),  # nobody here asks by it; it costs a thread and a file
                    ("keepalive", KEEP_ALIVE_SECONDS),
                    ("timeout", 0),  # Weft's; gunicorn's own ended workers that were only idle, where it was one second
                    # read when the module was loaded, which was before the environment was known
                    ("forwarded_allow_ips", os.environ.get("FORWARDED_ALLOW_IPS"))):
                if value is not None and name in app.cfg.settings:
                    app.cfg.set(name, value)
            super().setup(app)

        def stop(self, graceful=True):
            self.stopping = True
            super().stop(graceful)

        def reap_workers(self):
            while True:
                try:
                    ended, status = os.waitpid(-1, os.WNOHANG)
                except ChildProcessError:
                    return
                if ended == 0:
                    return
                worker = self.WORKERS.pop(ended, None)
                if worker is not None:
                    worker.tmp.close()
                    if not self.stopping:
                        end(status)

    gunicorn.app.base.Arbiter = Arbiter


def main():
    program = load()
    one_instance()
    program(args=["--host", "127.0.0.1"], prog_name="functions-framework")
