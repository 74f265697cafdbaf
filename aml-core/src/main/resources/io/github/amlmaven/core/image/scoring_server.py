"""Serves a scoring script the way Azure Machine Learning does, behind key authentication.

The HTTP contract (``/``, ``/score``, ``/swagger.json``) is that of azureml-inference-server-http, which is run
unchanged in gunicorn; this module only adds what Azure puts in front of it: a key. Settings come from the environment:

==============================  =====================================================================
``PORT``                        port to listen on, 5001 when not set
``AML_SCORING_PRIMARY_KEY``     a key that is accepted as ``Authorization: Bearer <key>``
``AML_SCORING_SECONDARY_KEY``   another one, so that keys can be rotated without an outage
``AML_SCORING_AUTH_ENABLED``    ``false`` serves everybody; anything else wants at least one key
``WORKER_COUNT`` and others     as azureml-inference-server-http documents them
==============================  =====================================================================
"""

import hmac
import json
import os
import sys

KEY_VARIABLES = ("AML_SCORING_PRIMARY_KEY", "AML_SCORING_SECONDARY_KEY")
# gunicorn takes a worker's exit code 3 as "cannot boot" and stops; the server uses it for the same purpose.
EXIT_CANNOT_BOOT = 3


class SettingsError(Exception):
    """The environment does not describe a server that may be started."""


def take_keys(environ):
    """Removes the keys from ``environ``, so that the scoring script cannot see them, and returns them."""
    taken = [environ.pop(name, "") for name in KEY_VARIABLES]
    if environ.get("AML_SCORING_AUTH_ENABLED", "true").strip().lower() == "false":
        return []
    keys = [key for key in taken if key]
    if not keys:
        raise SettingsError(
            "Key authentication is on but no key is set: set AML_SCORING_PRIMARY_KEY, "
            "or AML_SCORING_AUTH_ENABLED=false to serve everybody."
        )
    return keys


def port_of(environ):
    """The port to listen on."""
    text = environ.get("PORT", "5001")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT is not a port number: {text!r}")
    return int(text)


class KeyAuthentication:
    """WSGI middleware: 401 for requests without one of the keys; the liveness probe stays open."""

    def __init__(self, app, keys):
        self._app = app
        self._keys = [key.encode("utf-8") for key in keys]

    def __call__(self, environ, start_response):
        if self._is_probe(environ) or self._is_known(environ.get("HTTP_AUTHORIZATION", "")):
            return self._app(environ, start_response)
        body = json.dumps({"message": "The request needs 'Authorization: Bearer <key>' with a valid key."}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("WWW-Authenticate", 'Bearer realm="scoring"'),
        ]
        start_response("401 Unauthorized", headers)
        return [body]

    @staticmethod
    def _is_probe(environ):
        return environ.get("PATH_INFO", "") in ("", "/") and environ.get("REQUEST_METHOD") in ("GET", "HEAD")

    def _is_known(self, header):
        scheme, _, given = header.partition(" ")
        # WSGI hands header bytes over as Latin-1; keys are compared as the bytes that were sent.
        offered = given.strip().encode("latin-1", "replace")
        known = False
        for key in self._keys:
            # Every key is compared every time: the time taken tells nothing about which one was near.
            known |= hmac.compare_digest(offered, key)
        return known and scheme.lower() == "bearer"


def serve(environ):
    """Runs gunicorn until it is stopped; does not return."""
    keys = take_keys(environ)
    port = port_of(environ)

    import gunicorn.app.base
    import scoring_telemetry
    from azureml_inference_server_http import __version__
    from azureml_inference_server_http.constants import DEFAULT_WORKER_TIMEOUT_SECONDS, PACKAGE_ROOT
    from azureml_inference_server_http.log_config import load_logging_config

    environ.setdefault("AML_APP_ROOT", "/var/azureml-app")
    if environ.get("SERVER_VERSION_LOG_RESPONSE_ENABLED", "true").lower() == "true":
        environ.setdefault("HTTP_X_MS_SERVER_VERSION", f"azmlinfsrv/{__version__}")
    binds = [f"0.0.0.0:{port}"]
    if environ.get("SEPERATE_HEALTH_ENDPOINT") == "true":
        binds.append(f"0.0.0.0:{environ.get('HEALTH_PORT', '5000')}")
    load_logging_config(PACKAGE_ROOT, silent=True)
    scoring_telemetry.prepare(environ, int(environ.get("WORKER_COUNT", "1")))

    class Server(gunicorn.app.base.BaseApplication):
        def load_config(self):
            self.cfg.set("bind", binds)
            self.cfg.set("workers", int(environ.get("WORKER_COUNT", "1")))
            self.cfg.set("timeout", int(environ.get("WORKER_TIMEOUT", DEFAULT_WORKER_TIMEOUT_SECONDS)))
            self.cfg.set("preload_app", environ.get("WORKER_PRELOAD", "false").lower() == "true")
            self.cfg.set("accesslog", "-")
            # The package's logging configuration prints gunicorn's errors already; here they would come twice.
            self.cfg.set("errorlog", "/dev/null")
            # gunicorn 26 and later offer a control socket; nothing in the container shall steer the server.
            if "control_socket_disable" in self.cfg.settings:
                self.cfg.set("control_socket_disable", True)

        def load(self):
            # Imported in the worker: init() of the scoring script runs here, once for each worker.
            from azureml_inference_server_http.server.entry import app

            def guard(inner):
                return KeyAuthentication(inner, keys) if keys else inner

            try:
                return scoring_telemetry.observe(app, environ, guard)
            except scoring_telemetry.TelemetryError as error:
                print(error, file=sys.stderr, flush=True)
                sys.exit(EXIT_CANNOT_BOOT)

    print(f"Scoring server {__version__} on port {port}, key authentication {'on' if keys else 'off'}", flush=True)
    Server().run()


def main():
    try:
        serve(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_CANNOT_BOOT)


if __name__ == "__main__":
    main()
