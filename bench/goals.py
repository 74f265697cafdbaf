"""Goals of one project, run by Maven: ``aml:package`` with nothing to do, the first answer of the resource manager, big models in a small heap.

A goal's own time is ``seconds`` in its result file, without Maven's start, which ``help_ours_over_bare`` shows.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from flows import asked
from images import random_model
from measure import figure, spread
from uploads import MODEL, ROOT, emulator, maven

SCORE = """\
def init(): ...


def run(data):
    return data
"""
RUNS = 3


def project(folder: Path, model: Path) -> Path:
    for name, text in (("src/main/aml/model.yml", MODEL), ("src/main/python/score.py", SCORE)):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / ".mvn").mkdir()
    model.rename(folder / "src/main/aml/model")
    return folder


def received(running) -> float:
    """MiB of blobs that the registry was sent so far."""
    return sum(
        entry["bytesIn"]
        for entry in asked(running)
        if entry["method"] in ("PATCH", "PUT") and "/blobs/" in entry["path"]
    ) / (1 << 20)


def unchanged(work: Path) -> None:
    with emulator() as running:
        folder = project(work / "unchanged", random_model(work / "random", 1024))
        maven(running, folder, "package", "-Daml.image.repository=bench/one", offline=False)
        again = []
        for _ in range(RUNS):
            result = maven(running, folder, "package", "-Daml.image.repository=bench/one")
            assert result["status"] == "up-to-date", result["status"]
            again.append(result["seconds"])
        spread("unchanged_same_repository", again, "s")
        figure("unchanged_same_repository", statistics.median(again), "s")
        # The third time in one JVM: what is left is the goal's own work, without the loading of classes.
        result = maven(running, folder, "package", "aml:package", "aml:package", "-Daml.image.repository=bench/one")
        assert result["status"] == "up-to-date", result["status"]
        figure("unchanged_same_repository_third_in_one_jvm", result["seconds"], "s")
        other = []
        for i in range(RUNS):
            before = received(running)
            other.append(maven(running, folder, "package", f"-Daml.image.repository=bench/other{i}")["seconds"])
            sent = received(running) - before
        spread("unchanged_other_repository", other, "s")
        figure("unchanged_other_repository", statistics.median(other), "s")
        figure("unchanged_other_repository_sent", sent, "MiB")
        shutil.rmtree(folder)


def first_answer(work: Path) -> None:
    """From the start of ``mvn aml:whoami`` until it says whom the resource manager knows: an upper bound of its first answer."""
    with emulator() as running:
        folder = work / "whoami"
        (folder / ".mvn").mkdir(parents=True)
        maven(running, folder, "whoami")
        walls, goals = [], []
        for _ in range(RUNS):
            started = time.perf_counter()
            goals.append(maven(running, folder, "whoami")["seconds"])
            walls.append(time.perf_counter() - started)
        for name, seconds in (("whoami_wall", walls), ("whoami_goal", goals)):
            spread(name, seconds, "s")
            figure(name, statistics.median(seconds), "s")


def small_heap(work: Path) -> None:
    """Holes read as zeros: the size counts here, not the content."""
    sparse = work / "sparse"
    sparse.mkdir()
    with (sparse / "weights.bin").open("wb") as out:
        out.truncate(8 << 30)
    with emulator() as running:
        folder = project(work / "heap", sparse)
        figure("register_8gib_xmx256m", maven(running, folder, "register", jvm="-Xmx256m")["seconds"], "s")
        figure("package_8gib_xmx256m", maven(running, folder, "package", jvm="-Xmx256m", offline=False)["seconds"], "s")


def run() -> None:
    with tempfile.TemporaryDirectory(prefix="aml-bench-") as folder:
        unchanged(Path(folder))
        first_answer(Path(folder))
        small_heap(Path(folder))
