import argparse
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--factor", type=float)
parser.add_argument("--model", type=Path)
arguments = parser.parse_args()
print(f"training with factor {arguments.factor}")
print("\x1b[31m##vso[task.setvariable variable=stolen]yes\x1b[0m", flush=True)
arguments.model.mkdir(parents=True, exist_ok=True)
(arguments.model / "factor.json").write_text(json.dumps({"factor": arguments.factor}))
Path("outputs").mkdir(exist_ok=True)
Path("outputs/metrics.json").write_text(json.dumps({"factor": arguments.factor}))
