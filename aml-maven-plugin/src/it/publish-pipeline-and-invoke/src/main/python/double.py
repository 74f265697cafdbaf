import pathlib
import sys

number, target = float(sys.argv[1]), pathlib.Path(sys.argv[2])
target.mkdir(parents=True, exist_ok=True)
(target / "result.txt").write_text(str(number * 2))
print(f"doubled {number} to {number * 2}")
