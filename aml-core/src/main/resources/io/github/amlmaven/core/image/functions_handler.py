"""Lets the scoring server be the custom handler of an Azure Functions host.

The host starts the handler with ``FUNCTIONS_CUSTOMHANDLER_PORT`` and sends two kinds of requests
(https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers):

- what came by HTTP, as it is, to the path it came to: ``/api/score``, ``/api/health``, ``/api/swagger.json``;
- what another trigger brought, as ``POST /score`` with ``{"Data": {"input": ...}, "Metadata": {...}}``. The answer is
  ``{"Outputs": {"output": ...}, "Logs": [...], "ReturnValue": ...}``; any status but 2xx fails the invocation, so that the
  host tries again and in the end puts the message aside.

In ``Data`` the host writes text as a JSON string, and bytes (``"dataType": "binary"``) as base64.
"""

import base64
import binascii
import io
import json

PORT_VARIABLE = "FUNCTIONS_CUSTOMHANDLER_PORT"
INVOCATION_HEADER = "HTTP_X_AZURE_FUNCTIONS_INVOCATIONID"
# Root, which the host runs as, is not for the model's code; 65532 is "nonroot" by custom.
NON_ROOT = 65532
ROUTES = {"score": "/score", "health": "/", "swagger.json": "/swagger.json"}


class FunctionsHandler:
    """WSGI middleware between the Functions host and the scoring server."""

    def __init__(self, app):
        self._app = app

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == "/score" and environ.get("REQUEST_METHOD") == "POST":
            return self._invoke(environ, start_response)
        # The prefix is the host's to choose (routePrefix); the function's route is ours.
        inner = ROUTES.get(path.rsplit("/", 1)[-1]) if path.count("/") > 1 else None
        return self._app(dict(environ, PATH_INFO=inner) if inner else environ, start_response)

    def _invoke(self, environ, start_response):
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            request = json.loads(environ["wsgi.input"].read(length))
            data = payload(request["Data"]["input"], request.get("Metadata") or {})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return answer(start_response, "400 Bad Request", {"message": f"The invocation cannot be read: {error!r}"})
        inner = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
        inner.update(
            {
                "PATH_INFO": "/score",
                "QUERY_STRING": "",
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(data)),
                "HTTP_X_MS_REQUEST_ID": environ.get(INVOCATION_HEADER, ""),
                "wsgi.input": io.BytesIO(data),
            }
        )
        if not inner["HTTP_X_MS_REQUEST_ID"]:
            del inner["HTTP_X_MS_REQUEST_ID"]
        status, text = self._score(inner)
        if not status.startswith("200"):
            return answer(start_response, "500 Internal Server Error", {"message": f"The model answered {status}: {text}"})
        return answer(start_response, "200 OK", {"Outputs": {"output": text}, "Logs": [], "ReturnValue": None})

    def _score(self, environ):
        told = []
        body = []

        def start(status, headers, *rest):
            told.append(status)
            return body.append

        result = self._app(environ, start)
        try:
            body.extend(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return told[-1], b"".join(body).decode("utf-8", "replace")


def payload(value, metadata):
    """The bytes that the trigger brought."""
    if not isinstance(value, str):
        return json.dumps(value).encode()
    if "DequeueCount" not in metadata:  # no message of a queue, so a blob
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return value.encode()
    try:
        text = json.loads(value)
    except ValueError:
        return value.encode()
    return text.encode() if isinstance(text, str) else value.encode()


def answer(start_response, status, content):
    body = json.dumps(content).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
