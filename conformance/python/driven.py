#!/usr/bin/env python3
"""Compares the operations that the suites have just driven with the committed ``driven.txt``; ``--record`` writes it.

An operation that the record has and no suite drives fails: the record is stale. One that the record lacks is printed.
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


def operations(text: str) -> set[str]:
    return {line.split("  # ")[0] for line in text.splitlines()}


def main() -> None:
    now = driven()
    if "--record" in sys.argv[1:]:
        RECORD.write_text(now, encoding="utf-8")
        print(f"{len(now.splitlines())} operations recorded in {RECORD.name}")
        return
    # A slow machine sees a poll more: only what the page claims and no client drives any more is wrong.
    recorded, found = operations(RECORD.read_text(encoding="utf-8")), operations(now)
    for operation in sorted(found - recorded):
        print("not recorded:", operation)
    for operation in sorted(recorded - found):
        print("missing in this run:", operation)
    if recorded - found:
        print("driven.txt is stale: conformance/run --record, then regenerate docs/fidelity.md")
        sys.exit(1)
    print(f"{len(found)} operations driven, all that is recorded")


if __name__ == "__main__":
    main()
