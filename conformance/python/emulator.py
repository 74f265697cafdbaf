"""Starts the emulator's one jar and points official clients at it by their own settings, unmodified."""

import json
import os
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As EmulatorProcess of the plugin has them, and says why.
JVM = [
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
]


class Emulator:
    """A running emulator: its addresses, its workspace, and the application that may use it."""

    def __init__(self, home: Path, process: subprocess.Popen | None = None) -> None:
        described = json.loads((home / "emulator.json").read_text(encoding="utf-8"))
        credentials = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
        self.home = home
        self.process = process
        self.https: str = described["https"]
        self.http: str = described["http"]
        self.certificate: str = described["certificate"]
        self.tenant: str = described["tenantId"]
        self.subscription: str = described["subscriptionId"]
        self.group: str = described["resourceGroup"]
        self.workspace: str = described["workspace"]
        self.client_id: str = credentials["clientId"]
        self.client_secret: str = credentials["clientSecret"]

    @staticmethod
    def start() -> "Emulator":
        jars = sorted((ROOT / "aml-emulator" / "target").glob("aml-emulator-*-standalone.jar"))
        if not jars:
            raise SystemExit("no emulator jar: run ./mvnw package -pl aml-emulator -DskipTests")
        home = Path(tempfile.mkdtemp(prefix="aml-conformance-"))
        process = subprocess.Popen(
            ["java", *JVM, "-jar", str(jars[-1]), "--home", str(home), "--no-upstream"],
            stdout=(home / "out.log").open("w"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                emulator = Emulator(home, process)
                with urllib.request.urlopen(emulator.http + "/_emulator/health", timeout=2):
                    return emulator
            except (OSError, ValueError, urllib.error.URLError):
                time.sleep(0.05)
        process.terminate()
        raise SystemExit("the emulator does not start:\n" + (home / "out.log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def call(self, path: str, form: dict[str, str] | None = None) -> dict:
        """A request of the harness itself: GET, or POST of a form."""
        context = ssl.create_default_context(cafile=self.certificate)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        body = None if form is None else urllib.parse.urlencode(form).encode()
        with opener.open(self.https + path, body, timeout=30) as answer:
            return json.load(answer)

    def token(self, resource: str) -> str:
        """An Entra token of the emulator's application."""
        return self.call(
            f"/{self.tenant}/oauth2/v2.0/token",
            {
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "scope": resource + "/.default",
            },
        )["access_token"]

    def registry_refresh_token(self) -> str:
        """As ``az acr login --expose-token`` gets it: an Entra token exchanged at the registry."""
        return self.call(
            "/oauth2/exchange",
            {
                "grant_type": "access_token",
                "service": urllib.parse.urlparse(self.https).netloc,
                "tenant": self.tenant,
                "access_token": self.token("https://management.azure.com"),
            },
        )["refresh_token"]

    def record(self, client: str) -> None:
        """Notes the operations that a client was answered, for ``docs/fidelity.md``; see ``driven.py``."""
        answered = {
            entry["operation"]
            for entry in self.call("/_emulator/requests")["value"]
            if entry["operation"] and entry["status"] < 500 and "/_emulator/" not in entry["operation"]
        }
        folder = ROOT / "conformance" / "target" / "driven"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{client}.txt").write_text("".join(f"{operation}\n" for operation in sorted(answered)), encoding="utf-8")

    def configure_clients(self) -> None:
        """What a user of a private cloud sets: where ARM describes itself, and whom to trust."""
        os.environ["ARM_CLOUD_METADATA_URL"] = f"{self.https}/metadata/endpoints?api-version=2019-05-01"
        os.environ["REGISTRY_DISCOVERY_ENDPOINT_URL"] = f"{self.https}/"
        os.environ["REQUESTS_CA_BUNDLE"] = self.certificate
        os.environ["SSL_CERT_FILE"] = self.certificate
        os.environ["NO_PROXY"] = "localhost,127.0.0.1,.localhost"
        _resolve_localhost_names()

    def credential(self):
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(
            self.tenant,
            self.client_id,
            self.client_secret,
            authority=self.https,
            disable_instance_discovery=True,
            connection_verify=self.certificate,
        )


def _resolve_localhost_names() -> None:
    """RFC 6761: names below localhost are loopback. Not every resolver knows; this process's does."""
    real = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **options):
        if isinstance(host, str) and host.endswith(".localhost"):
            host = "127.0.0.1"
        return real(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
