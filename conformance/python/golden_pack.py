#!/usr/bin/env python3
"""Puts what golden.py wrote into one file a kind, or says where such files are stale.

    golden_pack.py OUT STORED            writes STORED/<kind>.json
    golden_pack.py --check OUT STORED    compares; exits with 1 when they differ
"""

import json
import sys
from pathlib import Path


def packed(out):
    kinds = {}
    for file in sorted(out.rglob("*.json")):
        golden = json.loads(file.read_text())
        name = str(file.relative_to(out))[: -len(".json")]
        kinds.setdefault(golden.pop("kind"), {})[name] = golden
    return {kind: text(files) for kind, files in kinds.items()}


def text(files):
    lines = (f"{json.dumps(name)}: {json.dumps(golden, sort_keys=True, separators=(',', ':'))}" for name, golden in sorted(files.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(out, stored, check):
    wanted = packed(out)
    if not check:
        stored.mkdir(parents=True, exist_ok=True)
        for old in stored.glob("*.json"):
            old.unlink()
        for kind, content in wanted.items():
            (stored / f"{kind}.json").write_text(content)
        return 0
    found = {file.stem: file.read_text() for file in stored.glob("*.json")}
    stale = []
    for kind in sorted(wanted.keys() | found.keys()):
        live, kept = json.loads(wanted.get(kind, "{}")), json.loads(found.get(kind, "{}"))
        stale += [f"{kind}: {name}" for name in sorted(live.keys() | kept.keys()) if live.get(name) != kept.get(name)]
    print("\n".join(stale))
    print(f"{len(stale)} stale goldens in {stored}")
    return 1 if stale else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    paths = arguments[check:]
    if len(paths) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(paths[0]), Path(paths[1]), check))
