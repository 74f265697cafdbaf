"""What a scoring server tells about itself: Prometheus metrics, OpenTelemetry, collected inputs and outputs.

Wraps the WSGI application of azureml-inference-server-http and leaves its answers as they are. Settings come from the
environment:

=========================================  =====================================================================
``AML_METRICS_ENABLED``                    ``false`` takes ``GET /metrics`` away (Prometheus; behind the key, if any)
``APPLICATIONINSIGHTS_CONNECTION_STRING``  sends requests and their latency to Application Insights
``OTEL_EXPORTER_OTLP_ENDPOINT``            the same to an OpenTelemetry collector; the image then needs
                                           ``opentelemetry-exporter-otlp-proto-http`` among its packages
``AML_COLLECT_SAMPLE_PERCENT``             share of requests whose input and output are collected, 0 when not set
``AML_COLLECT_REDACT``                     ``module:function`` beside the scoring script, called as
                                           ``redact(collection, text)``; returns the text to keep, or None to keep none
``AZUREML_MDC_HOST``, ``_PORT``            where collected data go, as for AML's data collector: 127.0.0.1, 50011
=========================================  =====================================================================

Nothing here may make a request fail: what cannot be told is counted, and logged once.
"""

import importlib
import io
import json
import logging
import os
import queue
import random
import threading
import time
import urllib.request
import uuid

LOG = logging.getLogger("aml.telemetry")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# Collected bodies wait in memory for the collector: so many, and none larger.
QUEUE_CAPACITY = 1500
LARGEST_BODY = 1 << 20
KNOWN_PATHS = ("/", "/score", "/swagger.json")
KNOWN_METHODS = ("GET", "POST", "HEAD", "OPTIONS")


class TelemetryError(Exception):
    """The environment asks for something that this image cannot do."""


def model_of(environ):
    """Name and version of the model, from the folder that it is in: ``.../azureml-models/<name>/<version>``."""
    parts = environ.get("AZUREML_MODEL_DIR", "").rstrip("/").split("/")
    named = len(parts) > 2 and parts[-3] == "azureml-models"
    return (parts[-2], parts[-1]) if named else ("", "")


class PrometheusMetrics:
    """Requests, errors and latency for a scraper; of all workers together."""

    def __init__(self, model, version):
        import prometheus_client

        self._client = prometheus_client
        labels = ("path", "method", "status", "model", "version")
        self._labels = {"model": model, "version": version}
        self._requests = prometheus_client.Counter("aml_scoring_requests", "Answered requests", labels)
        self._errors = prometheus_client.Counter(
            "aml_scoring_errors", "Requests answered with 500 or more", ("path", "model", "version")
        )
        self._seconds = prometheus_client.Histogram(
            "aml_scoring_request_duration_seconds",
            "Time to the answer in seconds",
            ("path", "model", "version"),
            buckets=BUCKETS,
        )
        self._lost = prometheus_client.Counter("aml_scoring_collected_lost", "Collected bodies that were dropped")
        prometheus_client.Gauge(
            "aml_scoring_model_info", "The model that is served", ("model", "version"), multiprocess_mode="max"
        ).labels(model, version).set(1)

    def answered(self, path, method, status, seconds):
        self._requests.labels(path=path, method=method, status=str(status), **self._labels).inc()
        self._seconds.labels(path=path, **self._labels).observe(seconds)
        if status >= 500:
            self._errors.labels(path=path, **self._labels).inc()

    def lost(self):
        self._lost.inc()

    def page(self):
        """Text in Prometheus' exposition format."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            from prometheus_client import multiprocess

            registry = self._client.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
            return self._client.generate_latest(registry)
        return self._client.generate_latest()


class Telemetry:
    """Spans by OpenTelemetry: Application Insights shows them as requests."""

    def __init__(self, environ, model, version):
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._trace = trace
        self._labels = {"aml.model.name": model, "aml.model.version": version}
        provider = TracerProvider(
            resource=Resource.create({"service.name": environ.get("OTEL_SERVICE_NAME", model or "scoring")})
        )
        for exporter in self._exporters(environ):
            provider.add_span_processor(BatchSpanProcessor(exporter))
        # A provider of our own: the server's is its own matter.
        self._tracer = provider.get_tracer("aml-maven-plugin")

    @staticmethod
    def wanted(environ):
        return any(environ.get(name) for name in ("APPLICATIONINSIGHTS_CONNECTION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT"))

    @staticmethod
    def _exporters(environ):
        connection = environ.get("APPLICATIONINSIGHTS_CONNECTION_STRING")
        if connection:
            from azure.monitor.opentelemetry.exporter import AzureMonitorTraceExporter

            try:
                yield AzureMonitorTraceExporter(connection_string=connection)
            except ValueError:
                # What it says may hold the string.
                raise TelemetryError("APPLICATIONINSIGHTS_CONNECTION_STRING is no connection string.") from None
        if environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            try:
                from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            except ImportError:
                raise TelemetryError(
                    "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the image has no exporter for it: add "
                    "opentelemetry-exporter-otlp-proto-http==1.33.0 to the environment's pip packages."
                ) from None
            yield OTLPSpanExporter()

    def answered(self, path, method, status, seconds):
        end = time.time_ns()
        span = self._tracer.start_span(
            f"{method} {path}",
            kind=self._trace.SpanKind.SERVER,
            start_time=end - int(seconds * 1e9),
            attributes={
                **self._labels,
                "http.request.method": method,
                "url.path": path,
                "url.scheme": "http",
                "http.response.status_code": status,
            },
        )
        if status >= 500:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end(end)


class Collector:
    """Sends sampled inputs and outputs to AML's data collector, as azureml-ai-monitoring 1.0.0 does (worker/sender.py)."""

    def __init__(self, environ, version, lost):
        try:
            self.percent = float(environ.get("AML_COLLECT_SAMPLE_PERCENT", "0"))
            port = int(environ.get("AZUREML_MDC_PORT", "50011"))
        except ValueError as error:
            raise TelemetryError(f"AML_COLLECT_SAMPLE_PERCENT and AZUREML_MDC_PORT are numbers: {error}") from None
        if not 0 <= self.percent <= 100:
            raise TelemetryError(f"AML_COLLECT_SAMPLE_PERCENT is from 0 to 100, not {self.percent:g}")
        self._url = f"http://{environ.get('AZUREML_MDC_HOST', '127.0.0.1')}:{port}/modeldata/log"
        self._version = version
        self._lost = lost
        self._hook = environ.get("AML_COLLECT_REDACT", "")
        self._redact = None
        self._queue = queue.Queue(QUEUE_CAPACITY)
        self._warned = False
        # No proxy of the environment: the collector is beside the server.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        if self.percent > 0:
            if self._hook:
                self._redact = self._load(self._hook)
            threading.Thread(target=self._send_all, name="aml-collector", daemon=True).start()

    @staticmethod
    def _load(hook):
        module, _, function = hook.partition(":")
        try:
            found = getattr(importlib.import_module(module), function)
        except (ImportError, AttributeError, ValueError) as error:
            raise TelemetryError(f"AML_COLLECT_REDACT={hook} cannot be loaded: {error}") from None
        if not callable(found):
            raise TelemetryError(f"AML_COLLECT_REDACT={hook} is no function")
        return found

    def sampled(self):
        return self.percent > 0 and random.uniform(0, 100) < self.percent

    def collect(self, collection, body, correlation):
        """Queues a body after redaction; what the hook fails on is not kept, for it may hold what must not leave."""
        try:
            text = body.decode("utf-8")
            kept = self._redact(collection, text) if self._redact else text
            if kept is not None:
                self._queue.put_nowait((collection, kept.encode("utf-8"), correlation))
        except Exception as error:  # noqa: BLE001 - a hook of the user's may raise anything
            self._fail(error)

    def _send_all(self):
        while True:
            item = self._queue.get()
            try:
                self._send(*item)
            except Exception as error:  # noqa: BLE001 - the thread must live as long as the server
                self._fail(error)

    def _send(self, collection, body, correlation):
        headers = {
            "Content-Type": "application/json",
            "trace-id": str(uuid.uuid4()),
            "ce-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "ce-type": f"azureml.inference.{collection}",
            "ce-collect-data-type": "json",
            "ce-agent": "aml-maven-plugin",
            "ce-x-request-id": correlation,
            "ce-model-version": self._version,
        }
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")
        with self._opener.open(request, timeout=5) as answer:
            answer.read()

    def _fail(self, error):
        self._lost()
        if not self._warned:
            self._warned = True
            LOG.warning("Inputs and outputs are not collected: %s (said once)", type(error).__name__)


class Observed:
    """WSGI middleware that tells all observers of each answer; ``/metrics`` itself is served by :class:`MetricsPage`."""

    def __init__(self, app, observers, collector):
        self._app = app
        self._observers = observers
        self._collector = collector

    def __call__(self, environ, start_response):
        began = time.perf_counter()
        status = [500]
        correlation = environ.get("HTTP_X_REQUEST_ID") or str(uuid.uuid4())
        collected = self._collects(environ)
        if collected:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)

        def answering(line, headers, *more):
            status[0] = int(line.split(" ", 1)[0])
            return start_response(line, headers, *more)

        try:
            result = self._app(environ, answering)
        except BaseException:
            self._tell(environ, 500, began)
            raise
        if collected and status[0] == 200:
            result = self._kept(result, body, correlation)
        return _Closing(result, lambda: self._tell(environ, status[0], began))

    def _collects(self, environ):
        # A body of unknown length is left to the server to read.
        length = environ.get("CONTENT_LENGTH") or ""
        small = length.isascii() and length.isdigit() and int(length) <= LARGEST_BODY
        scoring = environ.get("PATH_INFO") == "/score" and environ.get("REQUEST_METHOD") == "POST"
        return scoring and small and self._collector.sampled()

    def _kept(self, result, body, correlation):
        try:
            answer = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        self._collector.collect("model_inputs", body, correlation)
        if len(answer) <= LARGEST_BODY:
            self._collector.collect("model_outputs", answer, correlation)
        return [answer]

    def _tell(self, environ, status, began):
        # Paths and methods that anybody may invent would each become a series of its own.
        path = environ.get("PATH_INFO") or "/"
        method = environ.get("REQUEST_METHOD", "")
        path = path if path in KNOWN_PATHS else "other"
        method = method if method in KNOWN_METHODS else "other"
        if environ.get("PATH_INFO") == "/metrics":
            return
        for observer in self._observers:
            observer.answered(path, method, status, time.perf_counter() - began)


class _Closing:
    """An answer's body that says when it has been sent."""

    def __init__(self, body, done):
        self._body = body
        self._done = done

    def __iter__(self):
        return iter(self._body)

    def close(self):
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._done()


class MetricsPage:
    """WSGI middleware that answers ``GET /metrics``."""

    def __init__(self, app, metrics):
        self._app = app
        self._metrics = metrics

    def __call__(self, environ, start_response):
        if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        page = self._metrics.page()
        headers = [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Content-Length", str(len(page)))]
        start_response("200 OK", headers)
        return [page if environ["REQUEST_METHOD"] == "GET" else b""]


def prepare(environ, workers):
    """Before workers are started: one folder in which they count together."""
    if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in environ:
        import tempfile

        environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def observe(app, environ, guard=lambda inner: inner):
    """The application as it is served.

    :param guard: what keeps those without a key out; metrics are behind it, and what it refuses is counted too
    :raises TelemetryError: the environment asks for what cannot be done
    """
    model, version = model_of(environ)
    observers = []
    metrics = None
    if environ.get("AML_METRICS_ENABLED", "true").strip().lower() != "false":
        try:
            metrics = PrometheusMetrics(model, version)
            observers.append(metrics)
        except ImportError:
            LOG.warning("No /metrics: the image's packages have no prometheus-client")
    if Telemetry.wanted(environ):
        observers.append(Telemetry(environ, model, version))
    collector = Collector(environ, version, metrics.lost if metrics else lambda: None)
    inner = MetricsPage(app, metrics) if metrics else app
    guarded = guard(inner)
    return Observed(guarded, observers, collector) if observers or collector.percent > 0 else guarded
