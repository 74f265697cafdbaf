"""What the scoring server tells, and that telling changes no answer. Run by ScoringTelemetryTest."""

import http.server
import io
import os
import queue
import sys
import threading
import types
import unittest
from wsgiref.util import setup_testing_defaults

import scoring_telemetry as telemetry

MODEL = {"AZUREML_MODEL_DIR": "/var/azureml-app/azureml-models/wine/7"}
SECRET = "very secret name"
METRICS = None


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is sent and keeps it."""

    def __init__(self):
        self.received = queue.Queue()
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put((self.path, dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

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


class MetricsTest(unittest.TestCase):
    def test_requests_errors_and_latency_of_the_model_are_counted(self):
        application = observed()
        before = call(application, "/metrics", "GET")[1]
        call(application, body=b"1")
        call(application, body=b"fail")
        with self.assertRaises(RuntimeError):
            call(application, body=b"raise")
        status, page = call(application, "/metrics", "GET")

        self.assertEqual(status, "200 OK")
        self.assertEqual(sample(page, "aml_scoring_model_info", model="wine", version="7"), 1)
        for code, more in (("200", 1), ("500", 2)):
            labels = {"path": "/score", "status": code, "version": "7", "method": "POST"}
            grown = sample(page, "aml_scoring_requests_total", **labels) - sample(
                before, "aml_scoring_requests_total", **labels
            )
            self.assertEqual(grown, more, code)
        self.assertGreaterEqual(sample(page, "aml_scoring_errors_total", path="/score"), 2)
        self.assertGreaterEqual(sample(page, "aml_scoring_request_duration_seconds_bucket", path="/score", le="60.0"), 3)

    def test_invented_paths_and_methods_are_one_series(self):
        application = observed()
        for number in range(5):
            call(application, f"/invented-{number}", f"X{number}")
        page = call(application, "/metrics", "GET")[1]
        self.assertNotIn(b"invented", page)
        self.assertGreaterEqual(sample(page, "aml_scoring_requests_total", path="other", method="other"), 5)

    def test_metrics_are_behind_the_key_and_refused_requests_count(self):
        def guard(inner):
            def closed(environ, start_response):
                start_response("401 Unauthorized", [])
                return [b"no"]

            return closed

        self.assertEqual(call(observed(guard=guard), "/metrics", "GET"), ("401 Unauthorized", b"no"))
        call(observed(guard=guard), body=b"1")
        page = call(observed(), "/metrics", "GET")[1]
        self.assertGreaterEqual(sample(page, "aml_scoring_requests_total", path="/score", status="401"), 1)

    def test_switched_off_the_application_is_untouched(self):
        self.assertIs(observed({"AML_METRICS_ENABLED": "false"}), app)


class CollectionTest(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.environ = {
            "AML_COLLECT_SAMPLE_PERCENT": "100",
            "AZUREML_MDC_PORT": str(self.receiver.server_port),
        }

    def test_inputs_and_outputs_go_where_the_data_collector_sends_them(self):
        status, answer = call(observed(self.environ), body=b"[1,2]", HTTP_X_REQUEST_ID="r-1")
        self.assertEqual((status, answer), ("200 OK", b'{"echo":[1,2]}'))
        got = [self.receiver.received.get(timeout=20) for _ in range(2)]
        self.assertEqual([item[0] for item in got], ["/modeldata/log"] * 2)
        self.assertEqual([item[2] for item in got], [b"[1,2]", b'{"echo":[1,2]}'])
        heads = [{name.lower(): value for name, value in item[1].items()} for item in got]
        self.assertEqual(
            [head["ce-type"] for head in heads],
            ["azureml.inference.model_inputs", "azureml.inference.model_outputs"],
        )
        self.assertEqual({head["ce-x-request-id"] for head in heads}, {"r-1"})
        self.assertEqual({head["ce-model-version"] for head in heads}, {"7"})

    def test_the_hook_decides_what_is_kept_and_its_failure_keeps_nothing(self):
        module = types.ModuleType("hook_of_the_test")

        def redact(collection, text):
            if collection == "model_outputs":
                return None
            if "boom" in text:
                raise ValueError(text)
            return text.replace(SECRET, "***")

        module.redact = redact
        sys.modules["hook_of_the_test"] = module
        application = observed({**self.environ, "AML_COLLECT_REDACT": "hook_of_the_test:redact"})
        with self.assertLogs("aml.telemetry", "WARNING") as log:
            self.assertEqual(call(application, body=b'"boom very secret name"')[0], "200 OK")
        self.assertNotIn(SECRET, "".join(log.output))
        call(application, body=f'"{SECRET}"'.encode())
        self.assertEqual(self.receiver.received.get(timeout=20)[2], b'"***"')
        self.assertTrue(self.receiver.received.empty())

    def test_a_body_of_unknown_length_still_reaches_the_model(self):
        self.assertEqual(call(observed(self.environ), **{"wsgi.input": io.BytesIO(b"5")})[1], b'{"echo":5}')

    def test_no_collector_is_no_trouble(self):
        self.receiver.shutdown()
        self.receiver.server_close()
        application = observed(self.environ)
        self.assertEqual(call(application, body=b"5"), ("200 OK", b'{"echo":5}'))

    def test_settings_that_mean_nothing_are_refused(self):
        for settings in (
            {"AML_COLLECT_SAMPLE_PERCENT": "many"},
            {"AML_COLLECT_SAMPLE_PERCENT": "101"},
            {"AML_COLLECT_SAMPLE_PERCENT": "1", "AML_COLLECT_REDACT": "no_such_module:f"},
            {"AML_COLLECT_SAMPLE_PERCENT": "1", "AML_COLLECT_REDACT": "os:sep"},
        ):
            with self.assertRaises(telemetry.TelemetryError, msg=str(settings)):
                observed(settings)


class OpenTelemetryTest(unittest.TestCase):
    def test_a_request_is_a_span_at_the_collector(self):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        endpoint = f"http://127.0.0.1:{receiver.server_port}"
        os.environ.update({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100"})
        self.addCleanup(os.environ.pop, "OTEL_EXPORTER_OTLP_ENDPOINT")
        call(observed(os.environ), body=b"fail")
        path, _, body = receiver.received.get(timeout=30)

        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        self.assertEqual(path, "/v1/traces")
        span = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans[0]
        attributes = {item.key: item.value for item in span.attributes}
        self.assertEqual(span.name, "POST /score")
        self.assertEqual(attributes["http.response.status_code"].int_value, 500)
        self.assertEqual(attributes["aml.model.version"].string_value, "7")
        self.assertGreaterEqual(span.end_time_unix_nano, span.start_time_unix_nano)


if __name__ == "__main__":
    unittest.main()
