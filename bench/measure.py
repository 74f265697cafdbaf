"""Whole-process timings from outside: medians, and ratios of two commands that run in turn."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

RUNS = 5


def wall(command: Sequence[str]) -> float:
    """Seconds that a command takes; a command that fails ends the measurement."""
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    elapsed = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}")
    return elapsed


def spread(name: str, values: Sequence[float], unit: str) -> None:
    print(f"# {name}: min {min(values):.3f} max {max(values):.3f} {unit}, n = {len(values)}", file=sys.stderr)


def figure(name: str, value: float, unit: str) -> None:
    print(f"{name} {value:.3f} {unit}", flush=True)


def median(name: str, once: Callable[[], float], runs: int = RUNS) -> None:
    once()
    values = [once() for _ in range(runs)]
    spread(name, values, "s")
    figure(name, statistics.median(values), "s")


def ratio(name: str, ours: Sequence[str], theirs: Sequence[str], runs: int = RUNS) -> None:
    """Ours over theirs, the two in turn; also prints both medians."""
    wall(ours), wall(theirs)
    pairs = [(wall(ours), wall(theirs)) for _ in range(runs)]
    spread(name + " ours", [a for a, _ in pairs], "s")
    spread(name + " theirs", [b for _, b in pairs], "s")
    figure(name, statistics.median(a / b for a, b in pairs), "ratio")
    figure(name + "_ours", statistics.median(a for a, _ in pairs), "s")
    figure(name + "_theirs", statistics.median(b for _, b in pairs), "s")
