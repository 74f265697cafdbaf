"""What is collected, and that it is what AML's own package sends. Run by ScoringTelemetryTest."""

import io
import json
import os
import queue
import sys
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

import scoring_collector
from scoring_calls import Receiver, call, observed

SECRET = "very secret name"


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
        self.assertEqual(
            [json.loads(item[2]) for item in got], [[{"0": 1}, {"0": 2}], [{"echo": 1}, {"echo": 2}]]
        )
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
        self.assertEqual(self.receiver.received.get(timeout=20)[2], b'[{"0": "***"}]')
        self.assertTrue(self.receiver.received.empty())

    def test_a_hook_that_returns_no_text_keeps_nothing_and_is_a_loss(self):
        module = types.ModuleType("hook_without_text")
        module.redact = lambda collection, text: {"name": SECRET}
        sys.modules["hook_without_text"] = module
        lost = []
        with self.assertLogs("aml.telemetry", "WARNING") as log:
            collector = scoring_collector.Collector(
                {**self.environ, "AML_COLLECT_REDACT": "hook_without_text:redact", "AML_COLLECT_TO": "telemetry"},
                "7",
                lambda: lost.append(1),
                True,
            )
            kept = [collector.collect("model_inputs", b"[1]", "r") for _ in range(2)]
        self.assertEqual((kept, lost, len(log.output)), ([None, None], [1, 1], 1))
        self.assertNotIn(SECRET, log.output[0])

    def test_what_waits_is_bounded_in_memory_and_not_converted_while_a_caller_waits(self):
        lost = []
        # Nobody sends until the test lets them.
        with mock.patch.object(scoring_collector.threading, "Thread") as sender:
            collector = scoring_collector.Collector(self.environ, "7", lambda: lost.append(1))
        body = b"[" + b"1," * 20_000 + b"1]"

        def collect():
            return collector.collect("model_inputs", body, "r")

        with mock.patch.object(scoring_collector, "QUEUE_BYTES", 100_000):
            with mock.patch.object(scoring_collector, "records") as converted:
                # What the collector has no room for telemetry may still have.
                self.assertEqual([collect() for _ in range(3)], [body.decode()] * 3)
                converted.assert_not_called()
            self.assertEqual(lost, [1])

            threading.Thread(target=sender.call_args.kwargs["target"], daemon=True).start()
            for _ in range(2):
                self.assertEqual(len(json.loads(self.receiver.received.get(timeout=20)[2])), 20_001)
            # What was sent waits no more: there is room again.
            deadline = time.monotonic() + 20
            got = None
            while got is None:
                self.assertLess(time.monotonic(), deadline)
                collect()
                try:
                    got = self.receiver.received.get(timeout=0.1)
                except queue.Empty:
                    pass

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
            {"AML_COLLECT_TO": "everybody"},
            {"AZUREML_MDC_CONFIG_PATH": "/no/such/file"},
        ):
            with self.assertRaises(scoring_collector.TelemetryError, msg=str(settings)):
                observed(settings)
        for config in ("[]", '{"collections": []}', '{"collections": {"model_inputs": true}}', "{", "3"):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                file.write(config)
                file.flush()
                with self.assertRaises(scoring_collector.TelemetryError, msg=config):
                    observed({"AZUREML_MDC_CONFIG_PATH": file.name})

    def test_only_enabled_collections_are_sent(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"collections": {"Model_Outputs": {"enabled": True}, "model_inputs": {"enabled": False}}}, file)
            file.flush()
            call(observed({**self.environ, "AZUREML_MDC_CONFIG_PATH": file.name}), body=b"[1,2]")
        self.assertEqual(json.loads(self.receiver.received.get(timeout=20)[2]), [{"echo": 1}, {"echo": 2}])
        self.assertTrue(self.receiver.received.empty())


class ComparedWithAmlsPackageTest(unittest.TestCase):
    """azureml-ai-monitoring itself sends to the same receiver."""

    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.port = str(self.receiver.server_port)

    def sent(self):
        path, headers, body = self.receiver.received.get(timeout=20)
        return path, {name.lower(): value for name, value in headers.items()}, body

    def test_a_frame_is_sent_with_the_same_headers_and_body(self):
        import pandas
        from azureml.ai.monitoring import Collector, init
        from azureml.ai.monitoring.context import BasicCorrelationContext

        variables = {"AZUREML_MDC_ENABLED": "true", "AZUREML_MDC_PORT": self.port}
        os.environ.update(variables)
        self.addCleanup(lambda: [os.environ.pop(name) for name in variables])
        self.addCleanup(init.teardown)
        columns, rows = ["name", "age", "height"], [["a", 1, 1.5], ["b", 2, None]]
        Collector(name="model_inputs").collect(
            pandas.DataFrame(rows, columns=columns), BasicCorrelationContext(id="r-1")
        )
        path, theirs, expected = self.sent()

        body = json.dumps({"input_data": {"columns": columns, "data": rows}}).encode()
        environ = {"AML_COLLECT_SAMPLE_PERCENT": "100", "AZUREML_MDC_PORT": self.port, "AZUREML_MODEL_DIR": ""}
        call(observed(environ), body=body, HTTP_X_REQUEST_ID="r-1")
        our_path, ours, sent = self.sent()

        self.assertEqual(our_path, path)
        self.assertEqual(json.loads(sent), json.loads(expected))
        # Of the HTTP clients, not of what is told.
        transport = {"host", "user-agent", "accept-encoding", "connection", "content-length"}
        self.assertEqual(set(ours) - transport, set(theirs) - transport)
        # One tells it for itself, or at another moment.
        own = {"trace-id", "ce-time", "ce-agent"}
        for name in set(theirs) - transport - own:
            self.assertEqual(ours[name], theirs[name], name)
        self.assertLess(abs(int(ours["ce-time"]) - int(theirs["ce-time"])), 60)
        self.assertRegex(ours["trace-id"], "^[0-9a-f-]{36}$")
        self.assertRegex(ours["ce-agent"], "^[a-z-]+/[0-9.]+$")
        self.assertRegex(theirs["ce-agent"], "^[a-z-]+/[0-9.]+$")

    def test_every_form_of_a_table_becomes_the_records_of_its_frame(self):
        import pandas

        frame = [{"a": 1, "b": 2.5}, {"a": 3, "b": 4.5}]
        for body, data in (
            ({"data": frame}, frame),
            ({"a": [1, 3], "b": [2.5, 4.5]}, frame),
            ({"dataframe_split": {"columns": ["a", "b"], "index": [0, 1], "data": [[1, 2.5], [3, 4.5]]}}, frame),
            ({"inputs": {"a": [1, 3], "b": [2.5, 4.5]}}, frame),
            ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
            ([7, 8], [7, 8]),
            ({"n": 5}, [{"n": 5}]),
        ):
            expected = json.loads(pandas.DataFrame(data).to_json(orient="records"))
            self.assertEqual(scoring_collector.records(json.dumps(body)), expected, body)
        self.assertEqual(scoring_collector.records("no json"), [{"0": "no json"}])


if __name__ == "__main__":
    unittest.main()
