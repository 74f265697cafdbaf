import pathlib
import sys

print("the result is " + (pathlib.Path(sys.argv[1]) / "result.txt").read_text())
