"""What the scoring server tells, and that telling changes no answer. Run by ScoringTelemetryTest."""

import json
import os
import unittest

import scoring_collector
import scoring_telemetry
from scoring_calls import Receiver, app, call, observed, sample, total

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


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

    def test_probes_and_scrapes_are_no_requests(self):
        application = observed()

        def counted():
            page = call(application, "/metrics", "GET")[1]
            # The page also has the process's own memory and time.
            return [line for line in page.splitlines() if line.startswith(b"aml_scoring_")]

        call(application, "/score", body=b"1")
        before = counted()
        self.assertTrue(before)
        for path, method in (("/", "GET"), ("/", "HEAD"), ("", "GET"), ("/metrics", "GET")):
            call(application, path, method)
        self.assertEqual(counted(), before)

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


class BrokenObserver:
    def __init__(self):
        self.asked = 0

    def answered(self, answer):
        self.asked += 1
        raise ValueError("what it says is not for the log")


class FailureTest(unittest.TestCase):
    def test_what_cannot_be_told_changes_no_answer_and_is_logged_once_and_counted(self):
        broken, told, untold = BrokenObserver(), [], []
        last = type("Last", (), {"answered": lambda self, answer: told.append(answer.status)})()
        collector = scoring_collector.Collector({}, "7", lambda: None)

        def count():
            untold.append(1)
            # No disk left for the metrics of several processes, say.
            raise OSError("no space")

        application = scoring_telemetry.Observed(app, [broken, last], collector, count)
        with self.assertLogs("aml.telemetry", "WARNING") as log:
            for _ in range(3):
                self.assertEqual(call(application, body=b"1"), ("200 OK", b'{"echo":1}'))
        self.assertEqual((broken.asked, told, len(untold), len(log.output)), (3, [200] * 3, 3, 1))
        self.assertNotIn("not for the log", log.output[0])

    def test_failures_are_a_metric(self):
        application = observed()
        before = call(application, "/metrics", "GET")[1]
        application._observers.append(BrokenObserver())
        with self.assertLogs("aml.telemetry", "WARNING"):
            call(application, body=b"1")
        page = call(application, "/metrics", "GET")[1]
        self.assertEqual(total(page, "aml_scoring_untold_total") - total(before, "aml_scoring_untold_total"), 1)

    def test_numbers_that_python_refuses_to_read_are_no_trouble(self):
        for host in ("a:" + "1" * 4301, "a:123456"):
            self.assertEqual(
                scoring_telemetry.address_of({"HTTP_HOST": host}), {"url.scheme": "http", "server.address": host}
            )
        self.assertEqual(scoring_telemetry.address_of({"HTTP_HOST": "a:65535"})["server.port"], 65535)
        application = observed({"AML_COLLECT_SAMPLE_PERCENT": "100"})
        self.assertFalse(
            application._collects({"PATH_INFO": "/score", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "1" * 4301})
        )


class OpenTelemetryTest(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.url = f"http://127.0.0.1:{self.receiver.server_port}"

    def environ(self, **variables):
        variables.setdefault("OTEL_BSP_SCHEDULE_DELAY", "100")
        os.environ.update(variables)
        for name in variables:
            self.addCleanup(os.environ.pop, name)
        return os.environ

    def span(self):
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        path, _, body = self.receiver.received.get(timeout=30)
        self.assertEqual(path, "/v1/traces")
        return ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans[0]

    def test_a_request_is_a_span_at_the_collector(self):
        call(observed(self.environ(OTEL_EXPORTER_OTLP_ENDPOINT=self.url)), body=b"fail")
        span = self.span()
        attributes = {item.key: item.value for item in span.attributes}
        self.assertEqual(span.name, "POST /score")
        self.assertEqual(attributes["http.response.status_code"].int_value, 500)
        self.assertEqual(attributes["aml.model.version"].string_value, "7")
        self.assertEqual(attributes["server.address"].string_value, "127.0.0.1")
        self.assertGreaterEqual(span.end_time_unix_nano, span.start_time_unix_nano)
        self.assertEqual(span.parent_span_id, b"")

    def test_the_span_belongs_to_the_callers_trace(self):
        application = observed(self.environ(OTEL_EXPORTER_OTLP_ENDPOINT=self.url))
        call(application, body=b"1", HTTP_TRACEPARENT=f"00-{TRACE}-{PARENT}-01", HTTP_TRACESTATE="a=b")
        span = self.span()
        self.assertEqual((span.trace_id.hex(), span.parent_span_id.hex(), span.trace_state), (TRACE, PARENT, "a=b"))

    def test_a_trace_that_its_caller_does_not_keep_is_told_of_all_the_same(self):
        application = observed(self.environ(OTEL_EXPORTER_OTLP_ENDPOINT=self.url))
        call(application, body=b"1", HTTP_TRACEPARENT=f"00-{TRACE}-{PARENT}-00")
        span = self.span()
        self.assertEqual((span.trace_id.hex(), span.parent_span_id.hex()), (TRACE, PARENT))

    def test_the_environments_sampler_goes_before_ours(self):
        application = observed(
            self.environ(OTEL_EXPORTER_OTLP_ENDPOINT=self.url, OTEL_TRACES_SAMPLER="parentbased_always_on")
        )
        call(application, body=b"1", HTTP_TRACEPARENT=f"00-{TRACE}-{PARENT}-00")
        call(application, body=b"1", HTTP_TRACEPARENT=f"00-{PARENT}{PARENT}-{PARENT}-01")
        self.assertEqual(self.span().trace_id.hex(), PARENT + PARENT)

    def test_what_is_no_traceparent_begins_a_trace(self):
        call(observed(self.environ(OTEL_EXPORTER_OTLP_ENDPOINT=self.url)), body=b"1", HTTP_TRACEPARENT="00-no-no-01")
        span = self.span()
        self.assertEqual(span.parent_span_id, b"")
        self.assertNotEqual(span.trace_id.hex(), TRACE)

    def test_application_insights_gets_url_trace_and_sampled_data(self):
        connection = f"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={self.url}/"
        environ = self.environ(
            APPLICATIONINSIGHTS_CONNECTION_STRING=connection,
            APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL="true",
            AML_COLLECT_SAMPLE_PERCENT="100",
            AML_COLLECT_TO="telemetry",
        )
        call(
            observed(environ),
            body=b"[1]",
            HTTP_TRACEPARENT=f"00-{TRACE}-{PARENT}-01",
            HTTP_HOST="wine.example:8443",
            HTTP_X_FORWARDED_PROTO="https",
        )
        items = {}
        while "RequestData" not in items:
            path, _, body = self.receiver.received.get(timeout=30)
            self.assertTrue(path.endswith("/track"), path)
            for item in json.loads(body):
                items.setdefault(item["data"]["baseType"], []).append(item)
        request = items["RequestData"][0]
        self.assertEqual(request["data"]["baseData"]["url"], "https://wine.example:8443/score")
        self.assertEqual(request["data"]["baseData"]["responseCode"], "200")
        self.assertEqual(request["tags"]["ai.operation.id"], TRACE)
        self.assertEqual(request["tags"]["ai.operation.parentId"], PARENT)
        told = {
            item["data"]["baseData"]["message"]: item["data"]["baseData"]["properties"]["aml.data"]
            for item in items["MessageData"]
        }
        self.assertEqual(told, {"aml.model_inputs": "[1]", "aml.model_outputs": '{"echo":[1]}'})


if __name__ == "__main__":
    unittest.main()
