import argparse
import os

parser = argparse.ArgumentParser()
parser.add_argument("--out")
out = parser.parse_args().out
# v1 gives parameters that no argument names as environment variables
least = int(os.environ["AML_PARAMETER_least"])
os.makedirs(out, exist_ok=True)
for name, text in {"a": "to be or not to be", "b": "that is the question", "c": "whether tis nobler"}.items():
    with open(os.path.join(out, name + ".txt"), "w") as file:
        file.write("\n".join(word for word in text.split() if len(word) >= least))
print("words have at least %d letters" % least)
