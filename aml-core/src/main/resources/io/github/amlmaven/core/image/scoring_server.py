"""Serves a scoring script the way Azure Machine Learning does, behind key authentication.

The HTTP contract (``/``, ``/score``, ``/swagger.json``) is that of azureml-inference-server-http, which is run
unchanged in gunicorn; this module only adds what Azure puts in front of it: a key. Settings come from the environment:

==============================  =====================================================================
``PORT``                        port to listen on, 5001 when not set
``FUNCTIONS_CUSTOMHANDLER_PORT`` the same, from an Azure Functions host, whose custom handler this is then
``AML_SCORING_PRIMARY_KEY``     a key that is accepted as ``Authorization: Bearer <key>``
``AML_SCORING_SECONDARY_KEY``   another one, so that keys can be rotated without an outage
``AML_SCORING_AUTH_ENABLED``    ``false`` serves everybody; anything else wants at least one key
``AML_SCORING_ENTRA_AUDIENCES`` Entra ID tokens for one of these audiences are accepted in place of keys
``AML_SCORING_ENTRA_ISSUERS``   who may have issued them
``AML_SCORING_ENTRA_ROLES``     application roles of which the caller needs one; empty asks for none
``AML_SCORING_ENTRA_KEYS_URL``  where the tenant publishes the keys that it signs with (JWK set, RFC 7517)
``AML_SCORING_ENTRA_KEYS``      those keys themselves, for a server that cannot ask
``AML_SCORING_DEPLOYMENT``      told in each answer as ``x-aml-deployment``, to tell one deployment from the next
``WORKER_COUNT`` and others     as azureml-inference-server-http documents them
==============================  =====================================================================
"""

import hmac
import json
import os
import sys
import time

import functions_handler

# What Entra ID signs with, and nothing that a caller could forge: neither "none" nor a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# Clocks differ; Microsoft's libraries allow five minutes, one is enough for machines that are set by NTP.
LEEWAY_SECONDS = 60
# Entra ID rolls its keys every few weeks; a token with an unknown key may make us ask again, yet not at each request.
KEYS_LIFETIME_SECONDS = 3600
ASK_AGAIN_SECONDS = 30

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
    if environ.get("AML_SCORING_ENTRA_AUDIENCES", "").split():
        return []
    keys = [key for key in taken if key]
    if not keys and functions_handler.PORT_VARIABLE in environ:
        # The Functions host has let the caller in, by the authLevel of the function.
        return []
    if not keys:
        raise SettingsError(
            "Key authentication is on but no key is set: set AML_SCORING_PRIMARY_KEY, "
            "or AML_SCORING_AUTH_ENABLED=false to serve everybody."
        )
    return keys


def port_of(environ):
    """The port to listen on."""
    text = environ.get(functions_handler.PORT_VARIABLE) or environ.get("PORT", "5001")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT is not a port number: {text!r}")
    return int(text)


def deployment_of(environ):
    """What this deployment is called in answers; empty when it has no name."""
    name = environ.get("AML_SCORING_DEPLOYMENT", "")
    if name and not (name.isascii() and name.isprintable() and len(name) <= 128):
        raise SettingsError("AML_SCORING_DEPLOYMENT is not a short printable text")
    return name


class DeploymentHeader:
    """WSGI middleware: says in each answer which deployment has answered."""

    def __init__(self, app, deployment):
        self._app = app
        self._header = ("x-aml-deployment", deployment)

    def __call__(self, environ, start_response):
        def start(status, headers, *rest):
            return start_response(status, [*headers, self._header], *rest)

        return self._app(environ, start)


def entra_of(environ):
    """The token check that is asked for, or None."""
    audiences = environ.get("AML_SCORING_ENTRA_AUDIENCES", "").split()
    if not audiences:
        return None
    issuers = environ.get("AML_SCORING_ENTRA_ISSUERS", "").split()
    if not issuers:
        raise SettingsError("Entra ID authentication is on but AML_SCORING_ENTRA_ISSUERS names nobody.")
    try:
        import jwt
        import jwt.algorithms
    except ImportError:
        raise SettingsError(
            "Entra ID authentication needs the package PyJWT[crypto] in the image: build it with "
            "<image><entraTokens>true</entraTokens> (-Daml.image.entraTokens=true)."
        ) from None
    if not jwt.algorithms.has_crypto:
        raise SettingsError("Entra ID authentication needs PyJWT[crypto]; the image has PyJWT without cryptography.")
    return EntraCheck(
        audiences,
        issuers,
        environ.get("AML_SCORING_ENTRA_ROLES", "").split(),
        signing_keys(environ.get("AML_SCORING_ENTRA_KEYS", ""), environ.get("AML_SCORING_ENTRA_KEYS_URL", "")),
    )


def signing_keys(given, url):
    """A function from a token to the tenant's key that must have signed it."""
    import jwt

    if given:
        try:
            known = {key.key_id: key for key in jwt.PyJWKSet.from_json(given).keys}
        except (ValueError, jwt.PyJWTError) as error:
            raise SettingsError(f"AML_SCORING_ENTRA_KEYS is not a JWK set: {error}") from None

        def of(token):
            key = known.get(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise jwt.InvalidTokenError("it is signed with an unknown key")
            return key

        return of
    if not url.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise SettingsError("AML_SCORING_ENTRA_KEYS_URL is not an https address.")

    class TenantKeys(jwt.PyJWKClient):
        asked = -ASK_AGAIN_SECONDS

        def get_signing_keys(self, refresh=False):
            now = time.monotonic()
            again = refresh and now - self.asked >= ASK_AGAIN_SECONDS
            if again:
                self.asked = now
            return super().get_signing_keys(refresh=again)

    return TenantKeys(url, lifespan=KEYS_LIFETIME_SECONDS, timeout=10).get_signing_key_from_jwt


class EntraCheck:
    """Whether a token was issued by the tenant, for this model, is valid now, and holds a role that is asked for."""

    def __init__(self, audiences, issuers, roles, key_of):
        self._audiences = audiences
        self._issuers = issuers
        self._roles = set(roles)
        self._key_of = key_of

    def refusal(self, token):
        """Why the token is not accepted, as status and reason; None when it is."""
        import jwt

        if not token:
            return "401 Unauthorized", "the request has no token"
        try:
            claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=list(ALGORITHMS),
                audience=self._audiences,
                issuer=self._issuers,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWKClientConnectionError:
            return "503 Service Unavailable", "the tenant's keys cannot be read"
        except (jwt.PyJWTError, ValueError) as error:
            return "401 Unauthorized", str(error)
        held = claims.get("roles") or []
        if self._roles and not self._roles.intersection(held if isinstance(held, list) else [held]):
            return "403 Forbidden", "the caller has none of the roles " + " ".join(sorted(self._roles))
        return None


class EntraAuthentication:
    """WSGI middleware: 401 for requests without a valid token, 403 without the role; the liveness probe stays open."""

    def __init__(self, app, check):
        self._app = app
        self._check = check

    def __call__(self, environ, start_response):
        if is_probe(environ):
            return self._app(environ, start_response)
        scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        token = given.strip() if scheme.lower() == "bearer" else ""
        refusal = self._check.refusal(token)
        if refusal is None:
            return self._app(environ, start_response)
        status, reason = refusal
        reason = "".join(letter for letter in reason if letter.isascii() and letter.isprintable() and letter != '"')
        body = json.dumps({"message": f"The token is not accepted: {reason}"}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if status.startswith("401"):
            # RFC 6750, 3.1: to a request without a token nothing but the scheme is told.
            told = f', error="invalid_token", error_description="{reason}"' if token else ""
            headers.append(("WWW-Authenticate", f'Bearer realm="scoring"{told}'))
        start_response(status, headers)
        return [body]


def is_probe(environ):
    """Whether the request is the liveness probe, which tells nothing but that the server is there."""
    return environ.get("PATH_INFO", "") in ("", "/") and environ.get("REQUEST_METHOD") in ("GET", "HEAD")


class KeyAuthentication:
    """WSGI middleware: 401 for requests without one of the keys; the liveness probe stays open."""

    def __init__(self, app, keys):
        self._app = app
        self._keys = [key.encode("utf-8") for key in keys]

    def __call__(self, environ, start_response):
        if is_probe(environ) or self._is_known(environ.get("HTTP_AUTHORIZATION", "")):
            return self._app(environ, start_response)
        body = json.dumps({"message": "The request needs 'Authorization: Bearer <key>' with a valid key."}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("WWW-Authenticate", 'Bearer realm="scoring"'),
        ]
        start_response("401 Unauthorized", headers)
        return [body]

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
    deployment = deployment_of(environ)
    entra = entra_of(environ)

    import gunicorn.app.base
    import scoring_telemetry
    from azureml_inference_server_http import __version__
    from azureml_inference_server_http.constants import DEFAULT_WORKER_TIMEOUT_SECONDS, PACKAGE_ROOT
    from azureml_inference_server_http.log_config import load_logging_config

    in_functions = functions_handler.PORT_VARIABLE in environ
    drops_root = in_functions and os.geteuid() == 0
    if drops_root:
        environ["HOME"] = "/tmp"
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
            if drops_root:
                self.cfg.set("user", functions_handler.NON_ROOT)
                self.cfg.set("group", functions_handler.NON_ROOT)
            # The package's logging configuration prints gunicorn's errors already; here they would come twice.
            self.cfg.set("errorlog", "/dev/null")
            # gunicorn 26 and later offer a control socket; nothing in the container shall steer the server.
            if "control_socket_disable" in self.cfg.settings:
                self.cfg.set("control_socket_disable", True)

        def load(self):
            # Imported in the worker: init() of the scoring script runs here, once for each worker.
            from azureml_inference_server_http.server.entry import app

            def guard(inner):
                guarded = EntraAuthentication(inner, entra) if entra else KeyAuthentication(inner, keys) if keys else inner
                return DeploymentHeader(guarded, deployment) if deployment else guarded

            try:
                served = scoring_telemetry.observe(app, environ, guard)
                return functions_handler.FunctionsHandler(served) if in_functions else served
            except scoring_telemetry.TelemetryError as error:
                print(error, file=sys.stderr, flush=True)
                sys.exit(EXIT_CANNOT_BOOT)

    wanted = "Entra ID token" if entra else "key" if keys else "no"
    print(f"Scoring server {__version__} on port {port}, {wanted} authentication", flush=True)
    Server().run()


def main():
    try:
        serve(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_CANNOT_BOOT)


if __name__ == "__main__":
    main()
