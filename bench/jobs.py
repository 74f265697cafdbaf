"""The emulator's job engine from outside: overhead per step, delay of a log's lines, many jobs in the store."""

import json
import shutil
import ssl
import statistics
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conformance" / "python"))

from emulator import Emulator
from measure import figure, spread

STEPS = 50
LINES = 40
JOBS = 1000
# What the service puts on a page of jobs; its API has no way to ask for fewer.
PAGE = 100
ENDS = {"Completed", "Failed", "Canceled"}


class Workspace:
    """The few requests of a client, each on a connection of its own as ``az`` has it."""

    def __init__(self, emulator: Emulator) -> None:
        self.path = (
            f"/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{emulator.workspace}"
        )
        self.base = emulator.https
        self.headers = {
            "Authorization": "Bearer " + emulator.token("https://management.azure.com"),
            "Content-Type": "application/json",
        }
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=emulator.certificate)),
        )
        self.put("/environments/plain/versions/1", {"properties": {"image": "python:3.11"}})

    def text(self, url: str) -> str:
        with self.opener.open(url, timeout=60) as answer:
            return answer.read().decode()

    def get(self, path: str, prefix: str = "") -> dict:
        query = "" if prefix else "?api-version=2025-12-01"
        request = urllib.request.Request(self.base + prefix + self.path + path + query, headers=self.headers)
        with self.opener.open(request, timeout=60) as answer:
            return json.load(answer)

    def put(self, path: str, body: dict) -> None:
        request = urllib.request.Request(
            self.base + self.path + path + "?api-version=2025-12-01",
            json.dumps(body).encode(),
            self.headers,
            method="PUT",
        )
        with self.opener.open(request, timeout=60) as answer:
            answer.read()

    def command(self, name: str, command: str) -> None:
        environment = self.path + "/environments/plain/versions/1"
        self.put(
            f"/jobs/{name}",
            {
                "properties": {
                    "jobType": "Command",
                    "command": command,
                    "environmentId": environment,
                    "experimentName": "bench",
                }
            },
        )

    def ended(self, name: str) -> None:
        limit = time.monotonic() + 600
        while (status := self.get(f"/jobs/{name}")["properties"]["status"]) not in ENDS:
            if time.monotonic() > limit:
                sys.exit(f"{name} is {status} after ten minutes")
            time.sleep(0.02)
        if status != "Completed":
            sys.exit(f"{name} has {status}")


def steps(workspace: Workspace) -> None:
    """A chain of steps that do nothing: all the time is the engine's, the shell's included."""
    workspace.put(
        "/components/nothing/versions/1",
        {
            "properties": {
                "componentSpec": {
                    "name": "nothing",
                    "version": "1",
                    "type": "command",
                    "is_deterministic": False,
                    "command": "echo > ${{outputs.o}}/n",
                    "environment": f"azureml:{workspace.path}/environments/plain/versions/1",
                    "inputs": {"d": {"type": "uri_folder", "optional": True}},
                    "outputs": {"o": {"type": "uri_folder"}},
                }
            }
        },
    )
    component = f"{workspace.path}/components/nothing/versions/1"

    def pipeline(name: str, chained: bool) -> float:
        jobs = {}
        for number in range(STEPS):
            inputs = {}
            if chained and number:
                binding = "${{parent.jobs.s%d.outputs.o}}" % (number - 1)
                inputs = {"d": {"job_input_type": "literal", "value": binding}}
            jobs[f"s{number}"] = {"name": f"s{number}", "type": "command", "componentId": component, "inputs": inputs}
        started = time.perf_counter()
        workspace.put(
            f"/jobs/{name}", {"properties": {"jobType": "Pipeline", "experimentName": "bench", "jobs": jobs}}
        )
        workspace.ended(name)
        return (time.perf_counter() - started) / STEPS * 1000

    workspace.command("warm", "true")
    workspace.ended("warm")
    figure("engine_per_step_chained", pipeline("chained", True), "ms")
    figure("engine_per_step_parallel", pipeline("parallel", False), "ms")


def log_delay(workspace: Workspace) -> None:
    """How long after it was printed a client that asks all the time can read a line."""
    program = f"import time; [(print(repr(time.time()), flush=True), time.sleep(0.1)) for _ in range({LINES})]"
    workspace.command("talk", f"python -c '{program}'")
    delays: dict[str, float] = {}
    details = "/runs/talk/details"
    limit = time.monotonic() + 120
    while len(delays) < LINES and time.monotonic() < limit:
        link = workspace.get(details, "/history/v1.0").get("logFiles", {}).get("user_logs/std_log.txt")
        for line in workspace.text(link).splitlines() if link else []:
            delays.setdefault(line, time.time() - float(line))
    workspace.ended("talk")
    values = [delay * 1000 for delay in delays.values()]
    if len(values) < LINES:
        sys.exit(f"only {len(values)} of {LINES} lines were seen")
    spread("log_delay", values, "ms")
    figure("log_delay", statistics.median(values), "ms")


def store(workspace: Workspace) -> None:
    """Listing a full page and reading one job, with a page of jobs in the store and with a thousand more."""

    def timed(path: str) -> float:
        workspace.get(path)
        values = []
        for _ in range(15):
            started = time.perf_counter()
            workspace.get(path)
            values.append((time.perf_counter() - started) * 1000)
        return statistics.median(values)

    def full_page() -> float:
        shown = len(workspace.get("/jobs")["value"])
        if shown != PAGE:
            sys.exit(f"a page of {shown} jobs, not of {PAGE}")
        return timed("/jobs")

    for number in range(PAGE):
        workspace.command(f"few-{number}", "true")
    workspace.ended(f"few-{PAGE - 1}")
    few = full_page(), timed("/jobs/few-7")
    started = time.perf_counter()
    for number in range(JOBS):
        workspace.command(f"many-{number}", "true")
    figure("submit_1000", (time.perf_counter() - started) / JOBS * 1000, "ms")
    workspace.ended(f"many-{JOBS - 1}")
    figure("run_1000_per_job", (time.perf_counter() - started) / JOBS * 1000, "ms")
    many = full_page(), timed("/jobs/many-700")
    for name, before, after in zip(("list", "status"), few, many):
        figure(f"{name}_with_{PAGE}_jobs", before, "ms")
        figure(f"{name}_with_{JOBS}_more_jobs", after, "ms")
        figure(f"{name}_growth", after / before, "ratio")


def run() -> None:
    emulator = Emulator.start()
    try:
        workspace = Workspace(emulator)
        steps(workspace)
        log_delay(workspace)
        store(workspace)
    finally:
        emulator.stop()
        shutil.rmtree(emulator.home)
