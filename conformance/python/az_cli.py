#!/usr/bin/env python3
"""Drives the emulator with the az CLI, unmodified, as a registered cloud; prints each step and, last, ``passed / total``.

Each command is a process of its own, as a user runs it. The image is one static program of Go, so that it runs in any
isolation; it is pushed by the registry's API. ``az ml`` is an extension that is not on PyPI and stays out.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import ROOT, Emulator

HERE = Path(__file__).resolve().parent
PROGRAM = ROOT / "conformance" / "target" / "greeting"
AZ = Path(sys.executable).with_name("az")
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LIMIT = 120


class Az:
    """The command line of one user, signed in once; settings lie in a folder of its own."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environment = {
            **os.environ,
            "AZURE_CONFIG_DIR": str(folder),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            # The authority is no host that Microsoft's instance discovery knows.
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "REQUESTS_CA_BUNDLE": emulator.certificate,
            "SSL_CERT_FILE": emulator.certificate,
            "NO_PROXY": "localhost,127.0.0.1,.localhost",
        }
        self.registry = urllib.parse.urlparse(emulator.https).netloc

    def text(self, *arguments: str) -> str:
        done = subprocess.run([str(AZ), *arguments], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            shown = [word.replace(self.emulator.client_secret, "***") for word in arguments]
            raise AssertionError(f"az {' '.join(shown)} -> {done.returncode}\n{done.stderr[-1500:]}")
        return done.stdout

    def __call__(self, *arguments: str):
        answer = self.text(*arguments, "--output", "json")
        return json.loads(answer) if answer.strip() else None

    def refused(self, *arguments: str) -> str:
        """What az says when the service refuses, which it must."""
        done = subprocess.run([str(AZ), *arguments], env=self.environment, capture_output=True, text=True)
        assert done.returncode, f"az {' '.join(arguments)} was not refused"
        return done.stderr


def get(address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return answer.read().decode()


def wait_for(what: str, condition):
    """Asks again until the condition holds; an answer that is not there yet is not the end."""
    deadline = time.monotonic() + LIMIT
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = condition()
            if last:
                return last
        except OSError as failure:
            last = failure
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {LIMIT} s: {last}")


def program() -> bytes:
    source = HERE / "greeting" / "main.go"
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < source.stat().st_mtime:
        if shutil.which("go") is None:
            raise SystemExit("the image of this suite needs Go on PATH: https://go.dev/dl")
        environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", str(PROGRAM), "."],
            cwd=HERE / "greeting",
            env=environment,
            check=True,
        )
    return PROGRAM.read_bytes()


def push(az: Az, repository: str, tag: str, user: str, password: str, more: dict[str, bytes] | None = None) -> None:
    """An image of one program, and a few files more, by the distribution API: blobs, then the manifest that names them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in {"greeting": program(), **(more or {})}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    layer = packed.getvalue()
    digest = "sha256:" + hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Entrypoint": ["/greeting"], "User": "65532:65532", "ExposedPorts": {"8080/tcp": {}}},
            "rootfs": {"type": "layers", "diff_ids": [digest]},
        }
    ).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": blob(az, repository, config, user, password, "application/vnd.docker.container.image.v1+json"),
            "layers": [blob(az, repository, layer, user, password, "application/vnd.docker.image.rootfs.diff.tar")],
        }
    ).encode()
    send(az, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, user, password, MANIFEST)


def blob(az: Az, repository: str, content: bytes, user: str, password: str, media_type: str) -> dict:
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    started = send(az, "POST", f"/v2/{repository}/blobs/uploads/", b"", user, password, "application/octet-stream")
    place = urllib.parse.urljoin(az.emulator.https, started.headers["Location"])
    place += ("&" if "?" in place else "?") + "digest=" + urllib.parse.quote(digest)
    send(az, "PUT", place, content, user, password, "application/octet-stream")
    return {"mediaType": media_type, "size": len(content), "digest": digest}


def send(az: Az, method: str, place: str, body: bytes, user: str, password: str, media_type: str):
    import base64
    import ssl

    request = urllib.request.Request(urllib.parse.urljoin(az.emulator.https, place), data=body, method=method)
    request.add_header("Content-Type", media_type)
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
    context = ssl.create_default_context(cafile=az.emulator.certificate)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    return opener.open(request, timeout=60)


def cloud_and_login(az: Az) -> None:
    az.text("cloud", "register", "--name", "AmlEmulator", "--endpoint-resource-manager", az.emulator.https + "/")
    az.text("cloud", "set", "--name", "AmlEmulator")
    az(
        "login", "--service-principal", "--username", az.emulator.client_id, "--tenant", az.emulator.tenant,
        # One word: as a word of its own, a secret that begins with '-' is taken for an option.
        f"--password={az.emulator.client_secret}",
    )  # fmt: skip
    account = az("account", "show")
    assert account["id"] == az.emulator.subscription, account
    assert account["tenantId"] == az.emulator.tenant, account
    assert [one["isDefault"] for one in az("account", "list")] == [True]


def groups(az: Az) -> None:
    az("group", "create", "--name", "az-group", "--location", "westeurope")
    assert az("group", "show", "--name", "az-group")["properties"]["provisioningState"] == "Succeeded"
    assert "az-group" in [group["name"] for group in az("group", "list")]
    az("group", "delete", "--name", "az-group", "--yes")
    assert "az-group" not in [group["name"] for group in az("group", "list")]


def registry(az: Az) -> None:
    assert "acrlocal" in [one["name"] for one in az("acr", "list")]
    assert az("acr", "show", "--name", "acrlocal")["loginServer"] == az.registry
    az("acr", "update", "--name", "acrlocal", "--admin-enabled", "true")
    credentials = az("acr", "credential", "show", "--name", "acrlocal")
    push(az, "greeting", "1", credentials["username"], credentials["passwords"][0]["value"])
    assert az("acr", "repository", "list", "--name", "acrlocal") == ["greeting"]
    assert az("acr", "repository", "show-tags", "--name", "acrlocal", "--repository", "greeting") == ["1"]


def import_image(az: Az) -> None:
    az("acr", "import", "--name", "acrlocal", "--source", "greeting:1", "--image", "imported/greeting:2",
       "--registry", az("acr", "show", "--name", "acrlocal")["id"])  # fmt: skip
    assert "imported/greeting" in az("acr", "repository", "list", "--name", "acrlocal")
    shown = az("acr", "repository", "show", "--name", "acrlocal", "--image", "imported/greeting:2")
    original = az("acr", "repository", "show", "--name", "acrlocal", "--image", "greeting:1")
    assert shown["digest"] == original["digest"], (shown, original)


def container_group(az: Az) -> None:
    credentials = az("acr", "credential", "show", "--name", "acrlocal")
    login = (
        "--registry-login-server", az.registry, "--registry-username", credentials["username"],
        "--registry-password", credentials["passwords"][0]["value"],
    )  # fmt: skip
    group = az(
        "container", "create", "--resource-group", "local", "--name", "greeter", "--image", f"{az.registry}/greeting:1",
        *login, "--ports", "8080", "--ip-address", "Public", "--os-type", "Linux", "--cpu", "0.5", "--memory", "0.5",
        "--environment-variables", "GREETING=from-a-group",
    )  # fmt: skip
    assert group["provisioningState"] == "Succeeded", group
    shown = az("container", "show", "--resource-group", "local", "--name", "greeter")
    address = f"http://{shown['ipAddress']['ip']}:{shown['ipAddress']['ports'][0]['port']}/"
    wait_for("the group's answer", lambda: get(address) == "from-a-group")
    assert "serving on" in az.text("container", "logs", "--resource-group", "local", "--name", "greeter")
    az("container", "delete", "--resource-group", "local", "--name", "greeter", "--yes")
    assert "not found" in az.refused("container", "show", "--resource-group", "local", "--name", "greeter").lower()


def web_app(az: Az) -> None:
    credentials = az("acr", "credential", "show", "--name", "acrlocal")
    az("appservice", "plan", "create", "--resource-group", "local", "--name", "az-plan", "--is-linux", "--sku", "S1")
    app = ("--resource-group", "local", "--name", "az-greeter")
    az(
        "webapp", "create", *app, "--plan", "az-plan",
        "--container-image-name", f"{az.registry}/greeting:1", "--container-registry-user", credentials["username"],
        "--container-registry-password", credentials["passwords"][0]["value"],
    )  # fmt: skip
    az(
        "webapp", "config", "appsettings", "set", *app, "--settings", "WEBSITES_PORT=8080", "GREETING=production",
        f"DOCKER_REGISTRY_SERVER_URL=https://{az.registry}",
        f"DOCKER_REGISTRY_SERVER_USERNAME={credentials['username']}",
        f"DOCKER_REGISTRY_SERVER_PASSWORD={credentials['passwords'][0]['value']}",
    )  # fmt: skip
    address = f"http://{az('webapp', 'show', *app)['defaultHostName']}/"
    wait_for("the web app's answer", lambda: get(address) == "production")
    settings = {one["name"]: one["value"] for one in az("webapp", "config", "appsettings", "list", *app)}
    assert settings["GREETING"] == "production", settings

    az("webapp", "deployment", "slot", "create", *app, "--slot", "staging", "--configuration-source", "az-greeter")
    az("webapp", "config", "appsettings", "set", *app, "--slot", "staging", "--settings", "GREETING=staged")
    slot = f"http://{az('webapp', 'show', *app, '--slot', 'staging')['defaultHostName']}/"
    wait_for("the slot's answer", lambda: get(slot) == "staged")
    assert get(address) == "production"
    az("webapp", "deployment", "slot", "swap", *app, "--slot", "staging", "--target-slot", "production")
    wait_for("the swap", lambda: get(address) == "staged" and get(slot) == "production")

    az("webapp", "restart", *app)
    wait_for("the restarted app", lambda: get(address) == "staged")
    az("webapp", "delete", *app)
    assert "az-greeter" not in [one["name"] for one in az("webapp", "list", "--resource-group", "local")]


FUNCTION = {
    "home/site/wwwroot/host.json": {
        "version": "2.0",
        "extensions": {"http": {"routePrefix": "api"}},
        "customHandler": {"description": {"defaultExecutablePath": "/greeting"}, "enableForwardingHttpRequest": True},
    },
    "home/site/wwwroot/greet/function.json": {
        "bindings": [
            {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "function", "methods": ["get"]},
            {"type": "http", "direction": "out", "name": "res"},
        ]
    },
}


def status(address: str) -> int:
    try:
        get(address)
        return 200
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def function_app(az: Az) -> None:
    credentials = az("acr", "credential", "show", "--name", "acrlocal")
    login = (credentials["username"], credentials["passwords"][0]["value"])
    push(az, "greeting-function", "1", *login, {name: json.dumps(text).encode() for name, text in FUNCTION.items()})
    storage = az("storage", "account", "list", "--resource-group", "local")
    az("functionapp", "plan", "create", "--resource-group", "local", "--name", "az-function-plan", "--sku", "EP1",
       "--is-linux", "true")  # fmt: skip
    app = ("--resource-group", "local", "--name", "az-function")
    az(
        "functionapp", "create", *app, "--plan", "az-function-plan", "--storage-account", storage[0]["name"],
        "--functions-version", "4", "--runtime", "custom", "--disable-app-insights", "true",
        "--image", f"{az.registry}/greeting-function:1", "--registry-server", f"https://{az.registry}",
        "--registry-username", login[0], "--registry-password", login[1],
    )  # fmt: skip
    az("functionapp", "config", "appsettings", "set", *app, "--settings", "GREETING=hello")
    settings = {one["name"]: one["value"] for one in az("functionapp", "config", "appsettings", "list", *app)}
    assert settings["GREETING"] == "hello" and settings["FUNCTIONS_EXTENSION_VERSION"] == "~4", sorted(settings)
    assert f"AccountName={storage[0]['name']};" in settings["AzureWebJobsStorage"], sorted(settings)
    shown = az("functionapp", "show", *app)
    assert shown["state"] == "Running" and "functionapp" in shown["kind"], shown
    assert "az-function" in [one["name"] for one in az("functionapp", "list", "--resource-group", "local")]
    address = f"http://{shown['defaultHostName']}/api/greet"
    wait_for("the host", lambda: status(address) == 401)

    keys = az("functionapp", "keys", "list", *app)
    assert get(f"{address}?code={keys['functionKeys']['default']}") == "hello"
    az("functionapp", "keys", "set", *app, "--key-type", "functionKeys", "--key-name", "mine", "--key-value", "k" * 40)
    wait_for("the key that was set", lambda: get(f"{address}?code={'k' * 40}") == "hello")
    az("functionapp", "keys", "delete", *app, "--key-type", "functionKeys", "--key-name", "mine")
    wait_for("the end of the key", lambda: status(f"{address}?code={'k' * 40}") == 401)
    (greet,) = az("functionapp", "function", "list", *app)
    assert greet["name"] == "az-function/greet", greet
    own = az("functionapp", "function", "keys", "list", *app, "--function-name", "greet")
    assert get(f"{address}?code={own['default']}") == "hello"

    az("functionapp", "deployment", "slot", "create", *app, "--slot", "next", "--configuration-source", "az-function")
    az("functionapp", "config", "appsettings", "set", *app, "--slot", "next", "--settings", "GREETING=staged")
    slot = f"http://{az('functionapp', 'show', *app, '--slot', 'next')['defaultHostName']}/api/greet"
    wait_for("the slot's host", lambda: status(slot) == 401)
    az("functionapp", "deployment", "slot", "swap", *app, "--slot", "next", "--target-slot", "production")
    wait_for("the swap", lambda: get(f"{address}?code={keys['functionKeys']['default']}") == "staged")

    az("functionapp", "stop", *app)
    assert az("functionapp", "show", *app)["state"] == "Stopped"
    wait_for("the end of the app", lambda: status(address) not in (200, 401))
    az("functionapp", "start", *app)
    wait_for("the app again", lambda: status(address) == 401)
    az("functionapp", "delete", *app)
    assert "az-function" not in [one["name"] for one in az("functionapp", "list", "--resource-group", "local")]


def role_assignment(az: Az) -> None:
    identity = az("identity", "create", "--resource-group", "local", "--name", "az-host")
    scope = az("storage", "account", "show", "--resource-group", "local", "--name", "stlocal")["id"]
    assign = (
        "role", "assignment", "create", "--assignee-object-id", identity["principalId"],
        "--assignee-principal-type", "ServicePrincipal", "--role", "Storage Blob Data Owner", "--scope", scope,
    )  # fmt: skip
    made = az(*assign)
    assert made["scope"] == scope and made["principalId"] == identity["principalId"], made
    az("role", "assignment", "delete", "--ids", made["id"])
    assert az(*assign)["id"] != made["id"]


def monitor(az: Az) -> None:
    """An online endpoint is made by az rest, since ``az ml`` is not on PyPI; what Azure Monitor knows of it is az's own."""
    workspace = (
        f"/subscriptions/{az.emulator.subscription}/resourceGroups/local"
        "/providers/Microsoft.MachineLearningServices/workspaces/local"
    )

    def rest(method: str, path: str, properties: dict | None = None, **more: object):
        body = () if properties is None else ("--body", json.dumps({"properties": properties, **more}))
        return az("rest", "--method", method, "--url", f"{workspace}{path}?api-version=2025-12-01", *body)

    route = {"path": "/", "port": 8080}
    routes = {"livenessRoute": route, "readinessRoute": route, "scoringRoute": route}
    rest("put", "/environments/greeting/versions/1", {"image": f"{az.registry}/greeting:1", "inferenceConfig": routes})
    rest("put", "/onlineEndpoints/greet", {"authMode": "Key"}, location="westeurope")
    blue = "/onlineEndpoints/greet/deployments/blue"
    rest(
        "put", blue,
        {"endpointComputeType": "Managed", "instanceType": "Standard_DS2_v2",
         "environmentId": f"{workspace}/environments/greeting/versions/1"},
        sku={"name": "Default", "capacity": 1}, location="westeurope",
    )  # fmt: skip
    wait_for("the deployment", lambda: rest("get", blue)["properties"]["provisioningState"] == "Succeeded")
    rest("put", "/onlineEndpoints/greet", {"authMode": "Key", "traffic": {"blue": 100}}, location="westeurope")
    wait_for("the traffic", lambda: rest("get", "/onlineEndpoints/greet")["properties"]["provisioningState"] == "Succeeded")
    endpoint = rest("get", "/onlineEndpoints/greet")["properties"]["scoringUri"]
    key = rest("post", "/onlineEndpoints/greet/listKeys")["primaryKey"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(3):
        opener.open(urllib.request.Request(endpoint, b"{}", {"Authorization": f"Bearer {key}"}), timeout=30).read()

    metrics = az(
        "monitor", "metrics", "list", "--resource", f"{workspace}/onlineEndpoints/greet",
        "--metrics", "RequestsPerMinute", "--aggregation", "Total", "--filter", "deployment eq 'blue'",
    )  # fmt: skip
    points = metrics["value"][0]["timeseries"][0]["data"]
    assert sum(point.get("total") or 0 for point in points) == 3, points
    scale = ("--resource-group", "local")
    az("monitor", "autoscale", "create", *scale, "--name", "greet", "--resource", workspace + blue,
       "--min-count", "2", "--max-count", "4", "--count", "2")  # fmt: skip
    assert rest("get", blue)["sku"]["capacity"] == 2
    az("monitor", "autoscale", "rule", "create", *scale, "--autoscale-name", "greet", "--resource",
       f"{workspace}/onlineEndpoints/greet", "--condition", "RequestsPerMinute > 2 total 5m", "--scale", "out", "1",
       "--cooldown", "1")  # fmt: skip
    shown = az("monitor", "autoscale", "show", *scale, "--name", "greet")
    assert shown["profiles"][0]["rules"][0]["metricTrigger"]["metricName"] == "RequestsPerMinute", shown
    assert az("monitor", "autoscale", "list", *scale)[0]["name"] == "greet"
    az("monitor", "autoscale", "delete", *scale, "--name", "greet")


STEPS = [cloud_and_login, groups, registry, import_image, container_group, web_app, function_app, role_assignment, monitor]


def main() -> None:
    words = sys.argv[1:]
    wanted = [step for step in STEPS if not words or step is cloud_and_login or any(w in step.__name__ for w in words)]
    passed = 0
    emulator = Emulator.start()
    with tempfile.TemporaryDirectory() as folder:
        try:
            az = Az(emulator, Path(folder))
            for step in wanted:
                started = time.monotonic()
                try:
                    step(az)
                    passed += 1
                    print(f"ok    {step.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
                except Exception:  # a step that fails must not hide the others
                    print(f"FAIL  {step.__name__}\n{traceback.format_exc()}", flush=True)
            emulator.record("az_cli")
        finally:
            emulator.stop()
    print(f"{passed} / {len(wanted)}")
    sys.exit(0 if passed == len(wanted) else 1)


if __name__ == "__main__":
    main()
