"""Squares a number, once the other branch of the pipeline has started too."""
import json
import pathlib
import sys
import time

number, me, other, meeting, target = sys.argv[1:]
meeting = pathlib.Path(meeting)
meeting.mkdir(parents=True, exist_ok=True)
(meeting / me).touch()
print(f"{me} waits for {other}", flush=True)
limit = time.monotonic() + 60
while not (meeting / other).exists():
    if time.monotonic() > limit:
        sys.exit(f"{other} has not started beside {me}")
    time.sleep(0.05)
square = int(number) ** 2
print(f"{me} squared is {square}", flush=True)
(pathlib.Path(target) / "number").write_text(str(square))
pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/metrics.json").write_text(json.dumps({"square": square}))
