#!/usr/bin/env python3
"""The scoring image's token check against good and forged tokens; prints each case and, last, ``passed / total``.

The check is the image's own file, in front of a WSGI application. Tokens are made with PyJWT and keys of this process, since a
tenant signs no forgeries; one real token comes from the emulated Entra ID, whose published keys must open it.
"""

import importlib.util
import io
import json
import sys
import time

sys.dont_write_bytecode = True

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emulator import ROOT, Emulator

SERVER = ROOT / "aml-core/src/main/resources/io/github/amlmaven/core/image/scoring_server.py"
AUDIENCE = "api://wine"
ISSUER = "https://sts.windows.net/tenant/"
ROLE = "Model.Score"

# As in the image, where it and what it imports lie in one folder.
sys.path.insert(0, str(SERVER.parent))
spec = importlib.util.spec_from_file_location("scoring_server", SERVER)
server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(server)

TENANT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_set(key, kid: str = "k1") -> str:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return json.dumps({"keys": [{**public, "kid": kid, "use": "sig", "alg": "RS256"}]})


def settings(**changes: str) -> dict[str, str]:
    return {
        "AML_SCORING_ENTRA_AUDIENCES": AUDIENCE,
        "AML_SCORING_ENTRA_ISSUERS": ISSUER,
        "AML_SCORING_ENTRA_ROLES": ROLE,
        "AML_SCORING_ENTRA_KEYS": key_set(TENANT_KEY),
        **changes,
    }


def token(key=TENANT_KEY, algorithm: str = "RS256", kid: str = "k1", **changes) -> str:
    now = int(time.time())
    claims = {"aud": AUDIENCE, "iss": ISSUER, "nbf": now, "exp": now + 600, "roles": [ROLE], **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def status(authorization: str, environ: dict[str, str] | None = None, path: str = "/score", method: str = "POST") -> int:
    def model(_, start_response):
        start_response("200 OK", [])
        return [b"served"]

    answered = []
    app = server.EntraAuthentication(model, server.entra_of(environ or settings()))
    request = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(), "HTTP_AUTHORIZATION": authorization}
    body = app(request, lambda line, headers: answered.append(int(line.split()[0])))
    assert authorization == "" or authorization.split(" ")[-1].encode() not in b"".join(body), "the answer repeats the token"
    return answered[0]


def challenge(authorization: str) -> str:
    """WWW-Authenticate of a refusal."""
    answered = []
    app = server.EntraAuthentication(lambda *_: [], server.entra_of(settings()))
    request = {"PATH_INFO": "/score", "REQUEST_METHOD": "POST", "HTTP_AUTHORIZATION": authorization}
    app(request, lambda line, headers: answered.append(dict(headers)["WWW-Authenticate"]))
    return answered[0]


def bearer(value: str) -> str:
    return "Bearer " + value


def symmetric() -> str:
    """Signed with the public key as if it were a shared secret: what a server falls for that believes the header."""
    import base64
    import hashlib
    import hmac

    encode = lambda part: base64.urlsafe_b64encode(part).rstrip(b"=")  # noqa: E731
    head = encode(json.dumps({"alg": "HS256", "kid": "k1", "typ": "JWT"}).encode())
    now = int(time.time())
    body = encode(json.dumps({"aud": AUDIENCE, "iss": ISSUER, "exp": now + 600, "roles": [ROLE]}).encode())
    sign = hmac.new(key_set(TENANT_KEY).encode(), head + b"." + body, hashlib.sha256).digest()
    return b".".join([head, body, encode(sign)]).decode()


def refused_settings(**changes: str) -> bool:
    try:
        server.entra_of(settings(**changes))
    except server.SettingsError:
        return True
    return False


def emulated(emulator: Emulator) -> dict[str, str]:
    known = emulator.call(f"/{emulator.tenant}/v2.0/.well-known/openid-configuration")
    return {
        "AML_SCORING_ENTRA_AUDIENCES": "api://model",
        "AML_SCORING_ENTRA_ISSUERS": known["issuer"],
        "AML_SCORING_ENTRA_ROLES": ROLE,
        "AML_SCORING_ENTRA_KEYS_URL": f"{emulator.http}/{emulator.tenant}/discovery/v2.0/keys",
    }


def cases(emulator: Emulator):
    now = int(time.time())
    yield "a good token is served", lambda: status(bearer(token())) == 200
    yield "one of several audiences", lambda: status(bearer(token(aud=["x", AUDIENCE]))) == 200
    yield "no token", lambda: status("") == 401
    yield "no token, no error (RFC 6750)", lambda: challenge("") == 'Bearer realm="scoring"'
    yield "another scheme, no error", lambda: challenge("Basic YTpi") == 'Bearer realm="scoring"'
    yield "a bad token is told so", lambda: 'error="invalid_token"' in challenge(bearer("abc"))
    yield "no bearer", lambda: status("Basic " + token()) == 401
    yield "no token at all in it", lambda: status(bearer("abc")) == 401
    yield "expired", lambda: status(bearer(token(nbf=now - 7200, exp=now - 3600))) == 401
    yield "not yet valid", lambda: status(bearer(token(nbf=now + 3600))) == 401
    yield "without expiry", lambda: status(bearer(token(exp=None))) == 401
    yield "wrong audience", lambda: status(bearer(token(aud="api://beer"))) == 401
    yield "wrong issuer", lambda: status(bearer(token(iss="https://sts.windows.net/other/"))) == 401
    yield "missing role", lambda: status(bearer(token(roles=None))) == 403
    yield "another role", lambda: status(bearer(token(roles=["Model.Read"]))) == 403
    yield "no role asked for", lambda: status(bearer(token(roles=None)), settings(AML_SCORING_ENTRA_ROLES="")) == 200
    yield "algorithm none", lambda: status(bearer(token(key=None, algorithm="none"))) == 401
    yield "algorithm of a shared secret", lambda: status(bearer(symmetric())) == 401
    yield "wrong key under the known name", lambda: status(bearer(token(key=OTHER_KEY))) == 401
    yield "key of an unknown name", lambda: status(bearer(token(kid="k2"))) == 401
    yield "key of another kind", lambda: (
        status(bearer(token(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"))) == 401
    )
    yield "changed after it was signed", lambda: status(bearer(token()[:-8] + "AAAAAAAA")) == 401
    yield "the probe stays open", lambda: status("", path="/", method="GET") == 200
    yield "the description does not", lambda: status("", path="/swagger.json", method="GET") == 401
    yield "settings without an issuer", lambda: refused_settings(AML_SCORING_ENTRA_ISSUERS="")
    yield "keys over plain http", lambda: refused_settings(
        AML_SCORING_ENTRA_KEYS="", AML_SCORING_ENTRA_KEYS_URL="http://login.example/keys"
    )
    yield "Entra's token", lambda: status(bearer(emulator.token("api://model")), emulated(emulator)) == 200
    yield "Entra's token for another", lambda: status(bearer(emulator.token("api://x")), emulated(emulator)) == 401
    yield "keys that cannot be read", lambda: (
        status(
            bearer(token()),
            settings(AML_SCORING_ENTRA_KEYS="", AML_SCORING_ENTRA_KEYS_URL=emulator.http + "/no/such/keys"),
        )
        == 503
    )


def main() -> None:
    emulator = Emulator.start()
    passed = total = 0
    try:
        for name, check in cases(emulator):
            total += 1
            try:
                good = check()
            except Exception as failure:  # a case that fails must not hide the others
                good = False
                print(repr(failure))
            passed += good
            print(("ok    " if good else "FAIL  ") + name, flush=True)
        emulator.record("entra_tokens")
    finally:
        emulator.stop()
    print(f"{passed} / {total}")
    sys.exit(0 if passed == total else 1)


if __name__ == "__main__":
    main()
