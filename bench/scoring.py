"""Scoring from outside: the server of our image and the emulator's front end, against azureml-inference-server-http alone.

All three run the same script in one worker. Four clients ask at a time, each request on a connection of its own, as the server
closes it anyway. And what an emulator with ten deployments that nobody calls keeps in memory.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

from canary import ROOT, version
from measure import RUNS, figure, spread, wall

CLIENTS = 4
REQUESTS = 400
DEPLOYMENTS = 10
SERVER = ROOT / "aml-core" / "src" / "main" / "resources" / "io" / "github" / "amlmaven" / "core" / "image"
SCORE = "import json\n\ndef init():\n    pass\n\ndef run(data):\n    return [x * 2 for x in json.loads(data)['data']]\n"
BODY = json.dumps({"data": [1, 2.5]}).encode()
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

DEPLOYMENT = """name: {name}
endpoint_name: bench
code_configuration: {{code: ../python, scoring_script: score.py}}
environment:
  image: mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:latest
environment_variables: {{WORKER_COUNT: "1"}}
request_settings: {{max_concurrent_requests_per_instance: 50}}
instance_type: Standard_DS2_v2
instance_count: 1
"""
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId><artifactId>scoring</artifactId><version>1</version><packaging>pom</packaging>
  <properties>
    <aml.cloud>local</aml.cloud>
    <aml.emulator.home>${{project.build.directory}}/emulator</aml.emulator.home>
  </properties>
  <build><plugins><plugin>
    <groupId>io.github.amlmaven</groupId><artifactId>aml-maven-plugin</artifactId><version>{version}</version>
  </plugin></plugins></build>
</project>
"""


def ask(address: str, key: str) -> float:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
    started = time.perf_counter()
    with OPENER.open(urllib.request.Request(address, BODY, headers), timeout=30) as answer:
        if json.load(answer) != [2, 5.0]:
            sys.exit(f"{address} answers something else")
    return time.perf_counter() - started


def load(address: str, key: str) -> tuple[float, float, float]:
    """Requests a second, and the median and the 99th percentile of their time in milliseconds."""
    times: list[float] = []

    def client() -> None:
        for _ in range(REQUESTS // CLIENTS):
            times.append(ask(address, key))

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    started = time.perf_counter()
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    elapsed = time.perf_counter() - started
    if len(times) != REQUESTS // CLIENTS * CLIENTS:
        sys.exit(f"{address}: a client was refused")
    times.sort()
    return len(times) / elapsed, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Served:
    """A server process of this machine."""

    def __init__(self, command: list[str], folder: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        environment = {**os.environ, "PORT": str(self.port), "WORKER_COUNT": "1", **settings}
        arguments = [word.replace("{port}", str(self.port)) for word in command]
        self.process = subprocess.Popen(
            arguments, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.address = f"http://127.0.0.1:{self.port}/score"

    def __enter__(self) -> "Served":
        limit = time.monotonic() + 60
        while time.monotonic() < limit and self.process.poll() is None:
            try:
                ask(self.address, "primary")
                return self
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        self.process.kill()
        sys.exit("the scoring server does not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        code = project / "src" / "main" / "python"
        code.mkdir(parents=True)
        (code / "score.py").write_text(SCORE)
        venv.create(project / "venv", with_pip=True)
        python = project / "venv" / "bin" / "python"
        wall([str(python), "-m", "pip", "install", "-q", "azureml-inference-server-http"])
        bare = [str(python.with_name("azmlinfsrv")), "--entry_script", "score.py", "--port", "{port}", "--worker_count", "1"]
        ours = [str(python), str(SERVER / "scoring_server.py")]
        settings = {
            "AML_SCORING_PRIMARY_KEY": "primary",
            "AZUREML_ENTRY_SCRIPT": "score.py",
            "AML_APP_ROOT": str(code),
            "PYTHONPATH": str(SERVER),
        }
        emulator, endpoint, key = deployed(project)
        try:
            with Served(bare, code, {}) as plain, Served(ours, code, settings) as image:
                compared(
                    {
                        "bare_server": (plain.address, "primary"),
                        "image_server": (image.address, "primary"),
                        "front_end": (endpoint, key),
                    }
                )
            memory(emulator)
        finally:
            OPENER.open(urllib.request.Request(emulator["http"] + "/_emulator/stop", b"", method="POST"), timeout=30)


def compared(targets: dict[str, tuple[str, str]]) -> None:
    rounds: dict[str, list[tuple[float, float, float]]] = {name: [] for name in targets}
    for attempt in range(RUNS + 1):
        for name, (address, key) in targets.items():
            measured = load(address, key)
            if attempt:
                rounds[name].append(measured)
    for name, values in rounds.items():
        for index, (what, unit) in enumerate((("throughput", "1/s"), ("p50", "ms"), ("p99", "ms"))):
            column = [value[index] for value in values]
            spread(f"scoring_{name}_{what}", column, unit)
            figure(f"scoring_{name}_{what}", statistics.median(column), unit)
    for name in ("image_server", "front_end"):
        pairs = zip(rounds[name], rounds["bare_server"])
        figure(f"scoring_{name}_over_bare", statistics.median(one[0] / other[0] for one, other in pairs), "ratio")


def deployed(project: Path) -> tuple[dict, str, str]:
    """Ten deployments of the script; the first gets the traffic."""
    specs = project / "src" / "main" / "aml"
    specs.mkdir(parents=True)
    (project / ".mvn").mkdir()
    (project / "pom.xml").write_text(POM.format(version=version()))
    (specs / "endpoint.yml").write_text("name: bench\nauth_mode: key\n")
    files = []
    for number in range(DEPLOYMENTS):
        file = specs / f"d{number}.yml"
        file.write_text(DEPLOYMENT.format(name=f"deployment{number}"))
        files.append(str(file))
    plugin = f"io.github.amlmaven:aml-maven-plugin:{version()}:"
    maven = [str(ROOT / "mvnw"), "-B", "-q", "-ntp", "-f", str(project / "pom.xml")]
    wall([*maven, plugin + "emulator-start", plugin + "deploy-managed", "-Daml.deployment.files=" + ",".join(files)])
    emulator = json.loads((project / "target" / "emulator" / "emulator.json").read_text())
    keys = json.loads((project / "target" / "aml" / "deploy-managed.keys.json").read_text())
    outputs = json.loads((project / "target" / "aml" / "deploy-managed.json").read_text())["outputs"]
    return emulator, outputs["scoringUri"], keys["primaryKey"]


def memory(emulator: dict) -> None:
    """Of the emulator's own process, and of the servers that it has started."""
    with OPENER.open(emulator["http"] + "/_emulator/health", timeout=10) as answer:
        pid = json.load(answer)["pid"]
    figure("emulator_rss_ten_deployments", resident(pid, "VmRSS") / 1024, "MiB")
    figure("emulator_rss_peak", resident(pid, "VmHWM") / 1024, "MiB")
    children = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.split("\n")[1:]
    parents = dict(map(int, line.split()) for line in children if line.strip())
    below = [one for one in parents if descends(one, pid, parents)]
    figure("servers_pss_ten_deployments", sum(proportional(one) for one in below) / 1024, "MiB")


def descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid in parents and parents[pid] != pid:
        pid = parents[pid]
        if pid == ancestor:
            return True
    return False


def resident(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return 0


def proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        return 0
    return 0
