import json
import pathlib
import sys

left, right, target = map(pathlib.Path, sys.argv[1:])
total = int((left / "number").read_text()) + int((right / "number").read_text())
print(f"the total is {total}", flush=True)
(target / "total").write_text(str(total))
pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/metrics.json").write_text(json.dumps({"total": total}))
