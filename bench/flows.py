"""How many requests the documented way to run a job takes: ``aml:run``, and ``az ml job create``, ``stream``, ``download``.

Both submit the same job with the same code folder to an emulator that has nothing yet, wait for its end and fetch a named
output; the emulator's log counts and lists what it was asked. Waiting is by polling on both sides, so the job ends after a
fixed time and the questions of status are counted apart.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "conformance" / "python"))

from emulator import Emulator
from measure import figure

SECONDS = 4
JOB = f"""\
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
type: command
experiment_name: bench
code: ../python
command: python train.py --model ${{{{outputs.model}}}}
environment:
  image: python:3.11-slim
compute: azureml:cpu-cluster
outputs:
  model:
    type: uri_folder
"""
TRAIN = f"""\
import pathlib, sys, time
for line in range({SECONDS}):
    print("epoch", line, flush=True)
    time.sleep(1)
folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
(folder / "model.txt").write_text("trained")
"""
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId>
  <artifactId>requests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <build><plugins><plugin>
    <groupId>io.github.amlmaven</groupId>
    <artifactId>aml-maven-plugin</artifactId>
    <version>0.1.0-SNAPSHOT</version>
  </plugin></plugins></build>
</project>
"""


def project(folder: Path) -> Path:
    for name, text in (
        ("pom.xml", POM),
        ("src/main/aml/train.yml", JOB),
        ("src/main/python/train.py", TRAIN),
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / ".mvn").mkdir()
    return folder


def asked(emulator: Emulator) -> list[dict]:
    """Without the description of the cloud: azure-ai-ml reads it again and again, but not for Azure's own clouds."""
    return [
        entry
        for entry in emulator.call("/_emulator/requests")["value"]
        if "/_emulator/" not in entry["path"] and not entry["path"].startswith("/metadata/endpoints")
    ]


def ours(emulator: Emulator, folder: Path) -> None:
    done = subprocess.run(
        [str(ROOT / "mvnw"), "-B", "-o", "-f", str(folder), "aml:run", "-Daml.cloud=local", f"-Daml.emulator.home={emulator.home}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout)
    check(folder / "target" / "aml" / "outputs")


THEIRS = """\
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from emulator import Emulator
emulator = Emulator(Path(sys.argv[2]))
emulator.configure_clients()
from azure.ai.ml import MLClient, load_job
client = MLClient(emulator.credential(), emulator.subscription, emulator.group, emulator.workspace)
job = client.jobs.create_or_update(load_job(sys.argv[3] + "/src/main/aml/train.yml"))
client = MLClient(emulator.credential(), emulator.subscription, emulator.group, emulator.workspace)
client.jobs.stream(job.name)
client = MLClient(emulator.credential(), emulator.subscription, emulator.group, emulator.workspace)
client.jobs.download(job.name, output_name="model", download_path=sys.argv[3] + "/out")
"""


def theirs(emulator: Emulator, folder: Path) -> None:
    """The three commands are three processes with a token each: hence a client of its own for each."""
    python = subprocess.run(
        [str(ROOT / "conformance" / "venv")], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    done = subprocess.run(
        [python, "-c", THEIRS, str(ROOT / "conformance" / "python"), str(emulator.home), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "AZUREML_LOG_TERMINAL_STATUS": ""},
    )
    if done.returncode:
        sys.exit(done.stdout)
    check(folder / "out")


def check(outputs: Path) -> None:
    if not list(outputs.rglob("model.txt")):
        sys.exit(f"no model below {outputs}")


def is_waiting(entry: dict) -> bool:
    """What is asked again and again until the job ends: its status, and its log."""
    operation = entry["operation"] or ""
    return entry["method"] == "GET" and (
        operation.endswith(("/jobs/{name}", "/details", "/{id}"))
        or any(part in entry["path"] for part in ("/history/", "azureml-logs", "user_logs"))
    )


def run() -> None:
    counts = {}
    for name, flow in (("aml_run", ours), ("az_ml", theirs)):
        emulator = Emulator.start()
        folder = project(Path(tempfile.mkdtemp(prefix="aml-bench-")))
        try:
            flow(emulator, folder)
            entries = asked(emulator)
        finally:
            emulator.stop()
            shutil.rmtree(emulator.home)
            shutil.rmtree(folder)
        waiting = [entry for entry in entries if is_waiting(entry)]
        counts[name] = len(entries), len(entries) - len(waiting)
        for (method, operation), number in Counter(
            (entry["method"], entry["operation"] or entry["path"]) for entry in entries
        ).most_common():
            print(f"# {name}: {number:3} {method} {operation}", file=sys.stderr)
        figure(f"requests_{name}", counts[name][0], "requests")
        figure(f"requests_{name}_without_waiting", counts[name][1], "requests")
    figure("requests_ours_over_az_ml", counts["aml_run"][0] / counts["az_ml"][0], "ratio")
    figure("requests_ours_over_az_ml_without_waiting", counts["aml_run"][1] / counts["az_ml"][1], "ratio")
