import sys
from pathlib import Path

MAIN = Path(__file__).parents[2] / "main" / "python"
for folder in ("training", "scoring"):
    sys.path.insert(0, str(MAIN / folder))
