"""Waits until a file is there, for at most five minutes."""
import pathlib
import sys
import time

print("patiently waiting", flush=True)
limit = time.monotonic() + 300
while not pathlib.Path(sys.argv[1]).exists():
    if time.monotonic() > limit:
        sys.exit("nobody came")
    time.sleep(0.05)
(pathlib.Path(sys.argv[2]) / "model.txt").write_text("a model")
