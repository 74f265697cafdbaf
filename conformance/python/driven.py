#!/usr/bin/env python3
"""Compares the operations that the suites have just driven with the committed ``driven.txt``; ``--record`` writes it.

An operation that a suite drives and the record lacks, or the other way round, fails: the record would be stale.
"""

import sys
from pathlib import Path

CONFORMANCE = Path(__file__).resolve().parents[1]
RECORD = CONFORMANCE / "driven.txt"


def driven() -> str:
    clients: dict[str, list[str]] = {}
    for file in sorted((CONFORMANCE / "target" / "driven").glob("*.txt")):
        for operation in file.read_text(encoding="utf-8").splitlines():
            clients.setdefault(operation, []).append(file.stem)
    return "".join(f"{operation}  # {' '.join(names)}\n" for operation, names in sorted(clients.items()))


def main() -> None:
    now = driven()
    if "--record" in sys.argv[1:]:
        RECORD.write_text(now, encoding="utf-8")
        print(f"{len(now.splitlines())} operations recorded in {RECORD.name}")
        return
    recorded = set(RECORD.read_text(encoding="utf-8").splitlines())
    differences = sorted(recorded.symmetric_difference(now.splitlines()))
    for line in differences:
        print("missing in this run:" if line in recorded else "not recorded:", line)
    if differences:
        print("driven.txt is stale: conformance/run --record, then regenerate docs/fidelity.md")
        sys.exit(1)
    print(f"{len(recorded)} operations driven, as recorded")


if __name__ == "__main__":
    main()
