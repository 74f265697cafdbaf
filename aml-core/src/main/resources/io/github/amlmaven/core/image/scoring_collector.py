"""Collected inputs and outputs of a scoring server: to AML's data collector, and to telemetry. Settings:

==============================  =================================================================================
``AML_COLLECT_SAMPLE_PERCENT``  share of requests whose input and output are collected, 0 when not set
``AML_COLLECT_REDACT``          ``module:function`` beside the scoring script, called as ``redact(collection, text)``;
                                returns the text to keep, or None to keep none; anything else keeps none and is a loss
``AML_COLLECT_TO``              ``collector``, ``telemetry`` or both, with a comma between; both when not set, as far
                                as they are there
``AZUREML_MDC_HOST``, ``_PORT`` where AML's data collector is: 127.0.0.1, 50011
``AZUREML_MDC_CONFIG_PATH``     its settings: of the collections that it names only those that are enabled are sent
==============================  =================================================================================
"""

import importlib
import json
import logging
import queue
import random
import sys
import threading
import time
import urllib.request
import uuid

LOG = logging.getLogger("aml.telemetry")
# Collected bodies wait in memory for the collector: so many, and so much memory of them.
QUEUE_CAPACITY = 1500
QUEUE_BYTES = 64 << 20
COLLECTOR = "collector"
TELEMETRY = "telemetry"
# Names for the table in a request, of AML's samples, its MLflow server and MLflow's own.
WRAPPERS = ("input_data", "data", "inputs", "dataframe_records", "dataframe_split")


class TelemetryError(Exception):
    """The environment asks for something that this image cannot do."""


class Failures:
    """Counts what cannot be told and logs the first of it; neither may make a request fail."""

    def __init__(self, what, count):
        self._what = what
        self._count = count
        self._warned = False

    def add(self, error):
        # The error's own words may hold what must not leave.
        if not self._warned:
            self._warned = True
            LOG.warning("%s: %s (said once)", self._what, type(error).__name__)
        try:
            self._count()
        except Exception as uncounted:  # noqa: BLE001 - the counter may be what is broken
            LOG.debug("Not counted: %s", type(uncounted).__name__)


def records(text):
    """A body as a list of records, the form in which azureml-ai-monitoring sends a frame (``to_json(orient="records")``).

    A body that is no table is one record; what is no object has its values under their positions, as pandas names columns.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, dict):
        inner = next((value[name] for name in WRAPPERS if isinstance(value.get(name), (dict, list))), None)
        value = value if inner is None else inner
    if isinstance(value, dict) and isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        names = [str(name) for name in value["columns"]]
        return [dict(zip(names, row)) for row in value["data"] if isinstance(row, list)]
    if isinstance(value, dict):
        lengths = {len(column) if isinstance(column, list) else -1 for column in value.values()}
        if len(lengths) == 1 and -1 not in lengths:
            return [dict(zip(value, row)) for row in zip(*value.values())]
        return [value]
    return [record(row) for row in value] if isinstance(value, list) else [record(value)]


def record(row):
    """One row under its columns' names or positions."""
    if isinstance(row, dict):
        return row
    return {str(position): cell for position, cell in enumerate(row if isinstance(row, list) else [row])}


class Collector:
    """Sends sampled inputs and outputs to AML's data collector, as azureml-ai-monitoring 1.0.0 does (worker/sender.py)."""

    def __init__(self, environ, version, lost, telemetry=False):
        try:
            self.percent = float(environ.get("AML_COLLECT_SAMPLE_PERCENT", "0"))
            port = int(environ.get("AZUREML_MDC_PORT", "50011"))
        except ValueError as error:
            raise TelemetryError(f"AML_COLLECT_SAMPLE_PERCENT and AZUREML_MDC_PORT are numbers: {error}") from None
        if not 0 <= self.percent <= 100:
            raise TelemetryError(f"AML_COLLECT_SAMPLE_PERCENT is from 0 to 100, not {self.percent:g}")
        self.tells_telemetry = self._goes_to(environ, TELEMETRY) and telemetry
        self._sends = self._goes_to(environ, COLLECTOR)
        self._enabled = self._enabled_in(environ.get("AZUREML_MDC_CONFIG_PATH", ""))
        self._url = f"http://{environ.get('AZUREML_MDC_HOST', '127.0.0.1')}:{port}/modeldata/log"
        self._version = version or "default"
        self._failures = Failures("Inputs and outputs are not collected", lost)
        self._hook = environ.get("AML_COLLECT_REDACT", "")
        self._redact = None
        self._queue = queue.Queue(QUEUE_CAPACITY)
        self._waiting = 0
        self._lock = threading.Lock()
        # No proxy of the environment: the collector is beside the server.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        if self.percent > 0:
            if self._hook:
                self._redact = self._load(self._hook)
            threading.Thread(target=self._send_all, name="aml-collector", daemon=True).start()

    @staticmethod
    def _goes_to(environ, place):
        wanted = [name.strip() for name in environ.get("AML_COLLECT_TO", f"{COLLECTOR},{TELEMETRY}").split(",")]
        unknown = set(wanted) - {COLLECTOR, TELEMETRY}
        if unknown:
            raise TelemetryError(f"AML_COLLECT_TO is {COLLECTOR}, {TELEMETRY} or both, not {', '.join(sorted(unknown))}")
        return place in wanted

    @staticmethod
    def _enabled_in(path):
        """Names of enabled collections; None when nobody says which they are."""
        if not path:
            return None
        try:
            with open(path, encoding="utf-8") as file:
                config = json.load(file)
        except (OSError, ValueError) as error:
            raise TelemetryError(f"AZUREML_MDC_CONFIG_PATH={path} cannot be read: {error}") from None
        collections = config.get("collections", {}) if isinstance(config, dict) else None
        if not isinstance(collections, dict) or not all(isinstance(one, dict) for one in collections.values()):
            raise TelemetryError(
                f"AZUREML_MDC_CONFIG_PATH={path} is not of the form "
                '{"collections": {"model_inputs": {"enabled": true}}}'
            )
        return {name.lower() for name, settings in collections.items() if settings.get("enabled", False)}

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
        """Queues a body after redaction, and returns what may be kept of it, else None.

        What the hook fails on is not kept, for it may hold what must not leave.
        """
        try:
            text = body.decode("utf-8")
            kept = self._redact(collection, text) if self._redact else text
            if kept is not None and not isinstance(kept, str):
                raise TypeError("the hook returns neither text nor None")
            if kept is not None and self._sends and (self._enabled is None or collection in self._enabled):
                self._wait(collection, kept, correlation)
            return kept
        except Exception as error:  # noqa: BLE001 - a hook of the user's may raise anything
            self._failures.add(error)
            return None

    def _wait(self, collection, kept, correlation):
        """Queues a text as it is: what it becomes is made by the thread that sends it, not while a caller waits."""
        size = sys.getsizeof(kept)
        with self._lock:
            if self._waiting + size <= QUEUE_BYTES and not self._queue.full():
                self._queue.put_nowait((size, collection, kept, correlation))
                self._waiting += size
                return
        # Of the collector alone: telemetry may still have it.
        self._failures.add(queue.Full())

    def _send_all(self):
        while True:
            size, *item = self._queue.get()
            try:
                self._send(*item)
            except Exception as error:  # noqa: BLE001 - the thread must live as long as the server
                self._failures.add(error)
            finally:
                del item
                with self._lock:
                    self._waiting -= size

    def _send(self, collection, kept, correlation):
        body = json.dumps(records(kept)).encode("utf-8")
        headers = {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "trace-id": str(uuid.uuid4()),
            "ce-time": str(int(time.time())),
            "ce-type": f"azureml.inference.{collection}",
            # Who reads collected data takes them for frames by this.
            "ce-collect-data-type": "pandas.core.frame.DataFrame",
            "ce-agent": "aml-maven-plugin/1",
            "ce-x-request-id": correlation,
            "ce-model-version": self._version,
        }
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")
        with self._opener.open(request, timeout=5) as answer:
            answer.read()
