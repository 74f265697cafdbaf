import os
import sys
from pathlib import Path

MAIN = Path(__file__).parents[2] / "main" / "python"
for folder in ("training", "scoring"):
    sys.path.insert(0, str(MAIN / folder))

# The model is so small that threads cost more than they bring.
os.environ.setdefault("OMP_NUM_THREADS", "1")
