"""Models to and from blob storage: ``aml:register`` and a job's downloaded output, beside curl and azure-ai-ml, to the emulator.

One large file, where the wire and the hash are the limit, and 5,000 small ones to a storage that takes 20 ms for each request,
where only what goes on at the same time helps. Ours is the goal's own time (``seconds`` in its result file): Maven's start is in
``help_ours_over_bare``. azure-ai-ml's is that of the one call, without importing it. ``UPLOADS_FILES`` makes it smaller.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "conformance" / "python"))

from emulator import Emulator
from flows import POM
from images import measured, random_model
from measure import figure, spread

MIB = 1 << 20
FILES = int(os.environ.get("UPLOADS_FILES", "5000"))
DELAY = 20
RUNS = 3
JOB = f"""\
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
type: command
experiment_name: bench
command: >-
  python -c "import os, pathlib; f = pathlib.Path('${{{{outputs.model}}}}');
  f.mkdir(parents=True, exist_ok=True);
  [(f / ('part-%05d.bin' % i)).write_bytes(os.urandom(20480)) for i in range({FILES})]"
environment:
  image: python:3.11-slim
compute: azureml:cpu-cluster
outputs:
  model:
    type: uri_folder
"""
MODEL = """\
$schema: https://azuremlschemas.azureedge.net/latest/model.schema.json
name: ours
path: model
"""
THEIRS = """\
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from emulator import Emulator
emulator = Emulator(Path(sys.argv[2]))
emulator.configure_clients()
from azure.ai.ml import MLClient
from azure.ai.ml.entities import Model
client = MLClient(emulator.credential(), emulator.subscription, emulator.group, emulator.workspace)
started = time.perf_counter()
if sys.argv[3] == "register":
    client.models.create_or_update(Model(name="theirs", path=sys.argv[4]))
else:
    client.jobs.download(sys.argv[5], output_name="model", download_path=sys.argv[4])
print("seconds", time.perf_counter() - started)
"""


@contextmanager
def emulator(delay: int = 0) -> Iterator[Emulator]:
    running = Emulator.start()
    try:
        if delay:
            # Ours names the account in the path, azure-ai-ml in the host.
            rule = {"name": "latency", "path": "^/(st[a-z0-9]+/)?azureml-blobstore", "delayMillis": delay, "count": 0}
            urllib.request.urlopen(
                urllib.request.Request(
                    running.http + "/_emulator/faults",
                    json.dumps(rule).encode(),
                    {"Content-Type": "application/json"},
                )
            ).close()
        yield running
        if delay:
            with urllib.request.urlopen(running.http + "/_emulator/faults") as answer:
                if json.load(answer)["value"][0]["fired"] < FILES // 2:
                    sys.exit("the storage was not slowed down")
    finally:
        running.stop()
        shutil.rmtree(running.home)


def maven(emulator: Emulator, folder: Path, goal: str, *arguments: str, jvm: str = "", offline: bool = True) -> dict:
    """Runs a goal, with more flags for its JVM; its result file."""
    (folder / "pom.xml").write_text(POM, encoding="utf-8")
    command = [str(ROOT / "mvnw"), "-B", *(["-o"] if offline else []), "-f", str(folder), f"aml:{goal}", "-Daml.cloud=local"]
    done = subprocess.run(
        [*command, f"-Daml.emulator.home={emulator.home}", f"-Daml.cache={folder}/cache", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "MAVEN_OPTS": f"{os.environ.get('MAVEN_OPTS', '')} {jvm}"},
    )
    if done.returncode:
        sys.exit(done.stdout[-4000:])
    return json.loads((folder / "target" / "aml" / f"{goal}.json").read_text(encoding="utf-8"))


def register(emulator: Emulator, model: Path) -> float:
    """Moves the model into a project and registers it."""
    with tempfile.TemporaryDirectory(prefix="aml-bench-") as folder:
        (Path(folder) / ".mvn").mkdir()
        described = Path(folder) / "src" / "main" / "aml" / "model.yml"
        described.parent.mkdir(parents=True)
        described.write_text(MODEL, encoding="utf-8")
        model.rename(described.parent / "model")
        result = maven(emulator, Path(folder), "register")
        assert result["status"] == "done", result
        return result["seconds"]


def azure_ai_ml_python() -> str:
    return subprocess.run([str(ROOT / "conformance" / "venv")], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def azure_ai_ml(emulator: Emulator, *arguments: str) -> float:
    done = subprocess.run(
        [azure_ai_ml_python(), "-c", THEIRS, str(ROOT / "conformance" / "python"), str(emulator.home), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("seconds ")]
    if done.returncode or not seconds:
        sys.exit(done.stdout[-4000:])
    return float(seconds[0])


def curl(emulator: Emulator, file: Path) -> float:
    """The file's bytes in one Put Blob under an account SAS: the floor of any client."""
    container, _, signature = sas(emulator).partition("?")
    url = f"{container}/bench/{time.monotonic_ns()}?{signature}"
    return measured([
        "curl", "-sf", "--cacert", emulator.certificate, "-X", "PUT", "-T", str(file), "-H", "x-ms-blob-type: BlockBlob",
        "-o", "/dev/null", url,
    ]).wall


def sas(emulator: Emulator) -> str:
    """A container's address that may be written to, as a client gets one: of a pending upload of code."""
    scope = (
        f"/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}/providers/"
        f"Microsoft.MachineLearningServices/workspaces/{emulator.workspace}"
    )
    request = urllib.request.Request(
        f"{emulator.http}{scope}/codes/bench/versions/{time.monotonic_ns()}/startPendingUpload?api-version=2024-10-01",
        json.dumps({"pendingUploadType": "TemporaryBlobReference"}).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + emulator.token("https://management.azure.com")},
    )
    with urllib.request.urlopen(request) as answer:
        reference = json.load(answer)["blobReferenceForConsumption"]
    return reference["credential"]["sasUri"]


def paired(name: str, ours: list[float], theirs: list[float], ours_first: bool) -> None:
    spread(name + " ours", ours, "s")
    spread(name + " theirs", theirs, "s")
    figure(name, statistics.median(a / b if ours_first else b / a for a, b in zip(ours, theirs)), "ratio")


def large(work: Path) -> None:
    with emulator() as running:
        ours, theirs = [], []
        for run in range(RUNS):
            model = random_model(work / f"large-{run}", 1024, small_files=0)
            theirs.append(curl(running, model / "weights.bin"))
            ours.append(register(running, model))
    paired("register_1gib_ours_over_curl", ours, theirs, ours_first=True)


def small(work: Path) -> None:
    with emulator(DELAY) as running:
        ours, theirs = [], []
        # Not counted: otherwise the first in each pair pays for the emulator's classes.
        register(running, small_files(work / "small-first"))
        for run in range(RUNS):
            ours.append(register(running, small_files(work / f"small-ours-{run}")))
            theirs.append(azure_ai_ml(running, "register", str(small_files(work / f"small-theirs-{run}"))))
    paired("register_5000_small_azure_ai_ml_over_ours", ours, theirs, ours_first=False)


def small_files(folder: Path) -> Path:
    folder.mkdir()
    for i in range(FILES):
        (folder / f"part-{i:05}.bin").write_bytes(os.urandom(20 * 1024))
    return folder


def download(work: Path) -> None:
    with emulator(DELAY) as running:
        project = work / "download"
        (project / ".mvn").mkdir(parents=True)
        (project / "src/main/aml").mkdir(parents=True)
        (project / "src/main/aml/train.yml").write_text(JOB, encoding="utf-8")
        job = maven(running, project, "run")["outputs"]["jobName"]
        ours, theirs = [], []
        for run in range(RUNS):
            shutil.rmtree(project / "target" / "aml" / "outputs")
            ours.append(maven(running, project, "wait", f"-Daml.job={job}")["seconds"])
            count(project / "target" / "aml" / "outputs")
            out = work / f"out-{run}"
            theirs.append(azure_ai_ml(running, "download", str(out), job))
            count(out)
    paired("download_5000_small_azure_ai_ml_over_ours", ours, theirs, ours_first=False)


def count(folder: Path) -> None:
    found = len(list(folder.rglob("part-*.bin")))
    if found != FILES:
        sys.exit(f"{found} of {FILES} files came")


def run() -> None:
    with tempfile.TemporaryDirectory(prefix="aml-bench-") as folder:
        large(Path(folder))
        small(Path(folder))
        download(Path(folder))
