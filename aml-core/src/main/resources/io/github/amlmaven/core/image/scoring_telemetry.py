"""What a scoring server tells about itself: Prometheus metrics, OpenTelemetry, collected inputs and outputs.

Wraps the WSGI application of azureml-inference-server-http and leaves its answers as they are. Settings come from the
environment; those of collected data are told in ``scoring_collector.py``:

=========================================  =====================================================================
``AML_METRICS_ENABLED``                    ``false`` takes ``GET /metrics`` away (Prometheus; behind the key, if any)
``APPLICATIONINSIGHTS_CONNECTION_STRING``  sends requests and their latency to Application Insights
``OTEL_EXPORTER_OTLP_ENDPOINT``            the same to an OpenTelemetry collector; the image then needs
                                           ``opentelemetry-exporter-otlp-proto-http`` among its packages
``OTEL_TRACES_SAMPLER``                    which requests are sent, ``OTEL_TRACES_SAMPLER_ARG`` with it; all when not set
=========================================  =====================================================================

Nothing here may make a request fail: what cannot be told is counted, and logged once.
"""

import dataclasses
import io
import logging
import os
import time
import uuid

from scoring_collector import Collector, Failures, TelemetryError

LOG = logging.getLogger("aml.telemetry")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# None larger is collected.
LARGEST_BODY = 1 << 20
# What Application Insights keeps of a property.
LARGEST_PROPERTY = 8192
KNOWN_PATHS = ("/", "/score", "/swagger.json")
KNOWN_METHODS = ("GET", "POST", "HEAD", "OPTIONS")


def model_of(environ):
    """Name and version of the model, from the folder that it is in: ``.../azureml-models/<name>/<version>``."""
    parts = environ.get("AZUREML_MODEL_DIR", "").rstrip("/").split("/")
    named = len(parts) > 2 and parts[-3] == "azureml-models"
    return (parts[-2], parts[-1]) if named else ("", "")


@dataclasses.dataclass
class Answered:
    """A request that was answered; ``kept`` are collected texts by collection, after redaction."""

    path: str
    method: str
    status: int
    seconds: float
    environ: dict
    kept: dict


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
        self._untold = prometheus_client.Counter("aml_scoring_untold", "Failures to tell of an answered request")
        prometheus_client.Gauge(
            "aml_scoring_model_info", "The model that is served", ("model", "version"), multiprocess_mode="max"
        ).labels(model, version).set(1)

    def answered(self, answer):
        self._requests.labels(
            path=answer.path, method=answer.method, status=str(answer.status), **self._labels
        ).inc()
        self._seconds.labels(path=answer.path, **self._labels).observe(answer.seconds)
        if answer.status >= 500:
            self._errors.labels(path=answer.path, **self._labels).inc()

    def lost(self):
        self._lost.inc()

    def untold(self):
        self._untold.inc()

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
        from opentelemetry.sdk.trace.sampling import ALWAYS_ON
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._trace = trace
        self._propagator = TraceContextTextMapPropagator()
        self._labels = {"aml.model.name": model, "aml.model.version": version}
        provider = TracerProvider(
            # The caller's trace is joined; whether it is kept there (the flag in traceparent, which the SDK's default
            # follows) does not decide for us.
            sampler=None if environ.get("OTEL_TRACES_SAMPLER") else ALWAYS_ON,
            resource=Resource.create({"service.name": environ.get("OTEL_SERVICE_NAME", model or "scoring")}),
        )
        for exporter in self._exporters(environ, provider):
            provider.add_span_processor(BatchSpanProcessor(exporter))
        # A provider of our own: the server's is its own matter.
        self._tracer = provider.get_tracer("aml-maven-plugin")

    @staticmethod
    def wanted(environ):
        return any(environ.get(name) for name in ("APPLICATIONINSIGHTS_CONNECTION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT"))

    @staticmethod
    def _exporters(environ, provider):
        connection = environ.get("APPLICATIONINSIGHTS_CONNECTION_STRING")
        if connection:
            from azure.monitor.opentelemetry.exporter import AzureMonitorTraceExporter

            try:
                # Not told of the provider it looks for the process's, and logs that it finds none.
                yield AzureMonitorTraceExporter(connection_string=connection, tracer_provider=provider)
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

    def answered(self, answer):
        end = time.time_ns()
        span = self._tracer.start_span(
            f"{answer.method} {answer.path}",
            context=self._caller(answer.environ),
            kind=self._trace.SpanKind.SERVER,
            start_time=end - int(answer.seconds * 1e9),
            attributes={
                **self._labels,
                **address_of(answer.environ),
                "http.request.method": answer.method,
                "url.path": answer.path,
                "http.response.status_code": answer.status,
            },
        )
        for collection, text in answer.kept.items():
            # Application Insights shows events of a span as traces of the request.
            span.add_event(f"aml.{collection}", {"aml.data": text[:LARGEST_PROPERTY]}, timestamp=end)
        if answer.status >= 500:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end(end)

    def _caller(self, environ):
        """The trace that the request belongs to (W3C Trace Context); one of its own when the caller names none."""
        carrier = {name: environ.get("HTTP_" + name.upper(), "") for name in ("traceparent", "tracestate")}
        return self._propagator.extract({name: value for name, value in carrier.items() if value})


def address_of(environ):
    """Scheme, host and port as the caller sees them, for a span's URL; no query, for that may hold what is secret."""
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip() or environ.get("wsgi.url_scheme", "http")
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    name, colon, port = host.rpartition(":")
    # No port has more; Python refuses to read numbers of thousands of digits.
    if colon and port.isascii() and port.isdigit() and len(port) <= 5:
        return {"url.scheme": scheme, "server.address": name, "server.port": int(port)}
    return {"url.scheme": scheme, "server.address": host}


class Observed:
    """WSGI middleware that tells all observers of each answer; ``/metrics`` itself is served by :class:`MetricsPage`."""

    def __init__(self, app, observers, collector, untold=lambda: None):
        self._app = app
        self._observers = observers
        self._collector = collector
        self._failures = Failures("Requests are not told of", untold)

    def __call__(self, environ, start_response):
        began = time.perf_counter()
        status = [500]
        kept = {}
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
            self._tell(environ, 500, began, kept)
            raise
        if collected and status[0] == 200:
            result = self._kept(result, body, environ, kept)
        return _Closing(result, lambda: self._tell(environ, status[0], began, kept))

    def _collects(self, environ):
        # A body of unknown length is left to the server to read.
        length = environ.get("CONTENT_LENGTH") or ""
        number = length.isascii() and length.isdigit() and len(length) <= len(str(LARGEST_BODY))
        small = number and int(length) <= LARGEST_BODY
        scoring = environ.get("PATH_INFO") == "/score" and environ.get("REQUEST_METHOD") == "POST"
        return scoring and small and self._collector.sampled()

    def _kept(self, result, body, environ, kept):
        try:
            answer = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        correlation = environ.get("HTTP_X_REQUEST_ID") or str(uuid.uuid4())
        for collection, content in (("model_inputs", body), ("model_outputs", answer)):
            if len(content) <= LARGEST_BODY:
                text = self._collector.collect(collection, content, correlation)
                if text is not None and self._collector.tells_telemetry:
                    kept[collection] = text
        return [answer]

    def _tell(self, environ, status, began, kept):
        path = environ.get("PATH_INFO") or "/"
        method = environ.get("REQUEST_METHOD", "")
        # What asks for metrics, and whether the server lives, is no request to the model.
        if path == "/metrics" or (path == "/" and method in ("GET", "HEAD")):
            return
        # Paths and methods that anybody may invent would each become a series of its own.
        answer = Answered(
            path if path in KNOWN_PATHS else "other",
            method if method in KNOWN_METHODS else "other",
            status,
            time.perf_counter() - began,
            environ,
            kept,
        )
        for observer in self._observers:
            try:
                observer.answered(answer)
            except Exception as error:  # noqa: BLE001 - whatever it is, the answer is the caller's
                self._failures.add(error)


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
    lost, untold = (metrics.lost, metrics.untold) if metrics else (lambda: None, lambda: None)
    collector = Collector(environ, version, lost, Telemetry.wanted(environ))
    inner = MetricsPage(app, metrics) if metrics else app
    guarded = guard(inner)
    return Observed(guarded, observers, collector, untold) if observers or collector.percent > 0 else guarded
