import pathlib
import sys

data, factor, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
rows.mkdir(parents=True, exist_ok=True)
for file in sorted(data.iterdir()):
    row = f"{file.name} times {factor} is {int(file.read_text()) * factor}"
    (rows / file.name).write_text(row)
    print(row)
