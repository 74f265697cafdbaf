import os
import sys

out = sys.argv[sys.argv.index("--out") + 1]
os.makedirs(out, exist_ok=True)
open(os.path.join(out, "word.txt"), "w").write(sys.argv[sys.argv.index("--word") + 1].upper())
