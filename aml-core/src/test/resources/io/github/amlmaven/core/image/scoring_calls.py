"""Calls to an observed application, and who receives what it tells."""

import gzip
import http.server
import io
import queue
import threading
from wsgiref.util import setup_testing_defaults

import scoring_telemetry as telemetry

MODEL = {"AZUREML_MODEL_DIR": "/var/azureml-app/azureml-models/wine/7"}
METRICS = None


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is sent and keeps it."""

    def __init__(self):
        self.received = queue.Queue()
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                received.put((self.path, dict(self.headers), body))
                self.send_response(200)
                # As Application Insights confirms; the others read no more than the status.
                confirmed = b'{"itemsReceived":1,"itemsAccepted":1,"errors":[]}'
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(confirmed)))
                self.end_headers()
                self.wfile.write(confirmed)

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def app(environ, start_response):
    length = environ.get("CONTENT_LENGTH")
    body = environ["wsgi.input"].read(int(length) if length else -1)
    if body == b"raise":
        raise RuntimeError("broken")
    start_response("500 Internal Server Error" if body == b"fail" else "200 OK", [("Content-Type", "application/json")])
    return [b'{"echo":', body or b"null", b"}"]


def call(application, path="/score", method="POST", body=b"", **more):
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(body)}
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    environ.update(more)
    setup_testing_defaults(environ)
    seen = []
    result = application(environ, lambda status, headers, *rest: seen.append((status, dict(headers))))
    try:
        text = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    return seen[0][0], text


def observed(environ=None, guard=lambda inner: inner):
    """One set of Prometheus metrics a process; all tests share it."""
    global METRICS
    if METRICS is None:
        METRICS = telemetry.PrometheusMetrics("wine", "7")
    original, telemetry.PrometheusMetrics = telemetry.PrometheusMetrics, lambda model, version: METRICS
    try:
        return telemetry.observe(app, {**MODEL, **(environ or {})}, guard)
    finally:
        telemetry.PrometheusMetrics = original


def sample(page, name, **labels):
    for line in page.decode().splitlines():
        if line.startswith(name + "{") and all(f'{key}="{value}"' in line for key, value in labels.items()):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def total(page, name):
    """A metric that has no labels."""
    return next(float(line.split(" ")[1]) for line in page.decode().splitlines() if line.startswith(name + " "))
