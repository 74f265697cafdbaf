"""The emulator as a server: its start, requests of the resource manager, and one large blob beside Azurite.

Azurite 3.35.0 comes from npm into ``bench/target``; both take the same bytes in one Put Blob by curl, on a disk of this machine.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "conformance" / "python"))

from emulator import JVM, Emulator
from images import free_port, measured, random_model
from measure import median
from uploads import azure_ai_ml_python, paired, sas

AZURITE = "azurite@3.35.0"
# Azurite's own account, which its documentation names.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONTAINER_URL = """\
import sys
from datetime import datetime, timedelta, timezone
from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas
url, account, key = sys.argv[1:]
BlobServiceClient(url, credential=key).create_container("bench")
until = datetime.now(timezone.utc) + timedelta(hours=1)
print(url + "/bench?" + generate_container_sas(account, "bench", account_key=key, permission=ContainerSasPermissions(write=True), expiry=until))
"""
GETS = 1000
CLIENTS = 8
RUNS = 3


def starts() -> None:
    jars = sorted((ROOT / "aml-emulator" / "target").glob("aml-emulator-*-standalone.jar"))
    if not jars:
        sys.exit("no standalone emulator jar: run ./mvnw package -pl aml-emulator -DskipTests")

    def start(home: str, *flags: str) -> float:
        started = time.perf_counter()
        process = subprocess.Popen(
            ["java", *JVM, *flags, "-jar", str(jars[-1]), "--home", home],
            stdout=subprocess.DEVNULL,
        )
        try:
            descriptor = Path(home) / "emulator.json"
            while True:
                if process.poll() is not None:
                    sys.exit("the emulator has ended")
                try:
                    address = json.loads(descriptor.read_text())["http"]
                    with urllib.request.urlopen(address + "/_emulator/health", timeout=1):
                        return time.perf_counter() - started
                except (OSError, ValueError, KeyError, urllib.error.URLError):
                    time.sleep(0.005)
        finally:
            process.terminate()
            process.wait()

    def cold(*flags: str) -> float:
        with tempfile.TemporaryDirectory() as home:
            return start(home, *flags)

    median("emulator_cold_start", cold)
    with tempfile.TemporaryDirectory() as archives:
        cold(f"-XX:ArchiveClassesAtExit={archives}/emulator.jsa")
        median("emulator_cold_start_archived_classes", lambda: cold(f"-XX:SharedArchiveFile={archives}/emulator.jsa"))
    with tempfile.TemporaryDirectory() as home:
        median("emulator_warm_start", lambda: start(home))


def gets() -> None:
    """Eight clients read one model's container, each on a connection of its own that stays open."""
    import http.client
    import urllib.parse

    emulator = Emulator.start()
    try:
        token = emulator.token("https://management.azure.com")
        scope = (
            f"/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}/providers/"
            f"Microsoft.MachineLearningServices/workspaces/{emulator.workspace}"
        )
        address = urllib.parse.urlparse(emulator.http)

        def client(count: int) -> None:
            connection = http.client.HTTPConnection(address.hostname, address.port)
            for _ in range(count):
                connection.request("GET", scope + "?api-version=2024-10-01", headers={"Authorization": "Bearer " + token})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    sys.exit(f"HTTP {answer.status} instead of the workspace")
            connection.close()

        def once() -> float:
            started = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(client, [GETS // CLIENTS] * CLIENTS))
            return time.perf_counter() - started

        median("emulator_1000_arm_gets_8_clients", once)
    finally:
        emulator.stop()


@contextmanager
def azurite(work: Path) -> Iterator[str]:
    """Azurite's address for blobs, with an empty store."""
    installed = ROOT / "bench" / "target" / "azurite"
    program = installed / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        installed.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(installed), AZURITE], check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    command = [str(program), "--silent", "--skipApiVersionCheck", "--blobPort", str(port), "--location", str(work / "azurite")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/{ACCOUNT}"
    try:
        limit = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(url, timeout=1).close()
            except urllib.error.HTTPError:
                break
            except OSError:
                if time.monotonic() > limit:
                    sys.exit("Azurite does not start")
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def put(url: str, file: Path, certificate: str | None) -> float:
    container, _, signature = url.partition("?")
    trust = ["--cacert", certificate] if certificate else []
    return measured([
        "curl", "-sf", *trust, "-X", "PUT", "-T", str(file), "-H", "x-ms-blob-type: BlockBlob", "-H", "x-ms-version: 2021-12-02",
        "-o", "/dev/null", f"{container}/{time.monotonic_ns()}?{signature}",
    ]).wall  # fmt: skip


def puts() -> None:
    """Ours by TLS, as every client of it comes; Azurite without."""
    with tempfile.TemporaryDirectory(prefix="aml-bench-") as folder:
        work = Path(folder)
        file = random_model(work / "model", 1024, small_files=0) / "weights.bin"
        emulator = Emulator.start()
        try:
            with azurite(work) as url:
                their_container = subprocess.run(
                    [azure_ai_ml_python(), "-c", CONTAINER_URL, url, ACCOUNT, KEY], stdout=subprocess.PIPE, text=True, check=True
                ).stdout.strip()
                ours, theirs = [], []
                for _ in range(RUNS):
                    ours.append(put(sas(emulator), file, emulator.certificate))
                    theirs.append(put(their_container, file, None))
            paired("blob_put_1gib_emulator_over_azurite", ours, theirs, ours_first=True)
        finally:
            emulator.stop()


def run() -> None:
    starts()
    gets()
    puts()
