#!/usr/bin/env python3
"""Makes perturbed copies of az ml YAML files, to compare what two clients make of files that nobody has written for them.

    perturb.py DIR OUT COUNT [SEED [PATTERN]]

Copies DIR to OUT and writes COUNT files ``<name>~<n>.yml`` beside the originals; each differs from its original in one
place: a key dropped, misspelt or added, a value of another type, form or case, a reference in another form, another
encoding. With PATTERN only files whose text it is found in are perturbed. The first line of each says what was done. The same seed makes the same files.
"""

import copy
import random
import re
import shutil
import sys
from pathlib import Path

import yaml

SCALARS = [
    "2024-01-01", "2024-01-01T10:00:00Z", "012", "1e3", "1_000", "0x1F", ".5", "yes", "No", "on", "~", "12:30:00", "1.10",
    ".inf", "!!str 5", "'5'", "5", "5.0", "-1", "0", "true", "'true'", "True", "TRUE", "''", "' '", "null", "[]", "{}", "[1]",
    "[a, b]", "{a: b}", "a b", "ünïcode", "|\n  two\n  lines", ">-\n  folded\n  lines", "'1.10'", "'None'", "none", "'null'", "PT1H", "'3600'", "1.0", "1e-3", "'0.1'", "99999999999", "x"]
REFERENCES = [
    "azureml:thing:1", "azureml:thing@latest", "azureml:thing", "azureml:thing:1.0.1", "thing:1", "thing", "./thing", "file:./thing", "../thing",
    "azureml://registries/reg/models/m/versions/1", "azureml://registries/reg/environments/e/versions/2", "azureml://registries/reg/environments/e/labels/latest",
    "azureml://registries/reg/components/c/versions/3", "azureml://registries/reg/components/c/labels/latest", "azureml://registries/reg/components/c", "azureml://registries/reg/data/d/versions/1",
    "azureml://datastores/d/paths/p", "azureml://datastores/d/paths/p/", "https://a.blob.core.windows.net/c/p.csv", "wasbs://c@a.blob.core.windows.net/p", "abfss://c@a.dfs.core.windows.net/p",
    "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/d/paths/p", "azureml:azureml://datastores/d/paths/p", "azureml://jobs/j/outputs/artifacts/paths/p",
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.MachineLearningServices/workspaces/workspace/environments/e/versions/1",
    "azureml:/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.MachineLearningServices/workspaces/workspace/models/e/versions/1",
    "runs:/run/model", "${{parent.inputs.nothing}}", "${{inputs.nothing}}", "${{parent.jobs.nothing.outputs.nothing}}", "git+https://github.com/a/b", "hdfs://x/y", "adl://x/y",
    "azureml:name_with.dots-1:2", "mltable://x", "http://x/y"]
NAMES = ["a", "ab", "A-Name", "a_name", "1name", "name-", "-name", "a name", "ä", "x" * 33, "x" * 256, "a.b", "a--b", "name/with", "a" * 24, "a" * 25, "${{name}}"]


def places(node, path=()):
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(node, path):
    for key in path:
        node = node[key]
    return node


class Raw(str):
    """YAML to be written as it is."""


MARK = "RAW{}RAW"


def dump(document):
    raws = []

    class Dumper(yaml.SafeDumper):
        pass

    def raw(dumper, value):
        raws.append(str(value))
        return dumper.represent_str(MARK.format(len(raws) - 1))

    Dumper.add_representer(Raw, raw)
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10000)
    out = []
    for line in text.split("\n"):
        found = re.search(r"RAW(\d+)RAW", line)
        if found:
            value = raws[int(found.group(1))]
            indent = " " * (len(line) - len(line.lstrip()))
            line = line.replace(found.group(0), value.replace("\n", "\n" + indent))
        out.append(line)
    return "\n".join(out)


def structural(rng, document):
    document = copy.deepcopy(document)
    all_places = list(places(document))
    depth = rng.choice([1, 1, 2, 2, 3, 9])
    path = rng.choice([p for p in all_places if len(p) <= depth] or all_places)
    holder, key = at(document, path[:-1]), path[-1]
    value = holder[key]
    where = "/".join(map(str, path))
    what = rng.choice(["drop", "scalar", "scalar", "scalar", "scalar", "reference", "reference", "null", "extra", "case", "rename", "name", "quote", "wrap"])
    if what == "drop":
        del holder[key]
    elif what == "scalar":
        holder[key] = Raw(rng.choice(SCALARS))
    elif what == "reference":
        textual = [p for p in all_places if isinstance(at(document, p), str) and (p[-1] in ("environment", "model", "path", "component", "code", "compute", "data", "conda_file", "create_job", "trial", "job", "inputs") or ("inputs" in p or "outputs" in p))]
        if not textual:
            return None
        path = rng.choice(textual)
        at(document, path[:-1])[path[-1]] = rng.choice(REFERENCES)
        where = "/".join(map(str, path))
    elif what == "null":
        holder[key] = None
    elif what == "extra":
        target = value if isinstance(value, dict) else holder if isinstance(holder, dict) else document
        target[rng.choice(["unknown_key", "description", "name", "tags", "type", "version", "properties", "path", "mode"])] = Raw(rng.choice(SCALARS))
    elif what == "case":
        if not isinstance(value, str):
            return None
        holder[key] = rng.choice([str.upper, str.capitalize, str.lower, lambda s: s.replace("_", ""), lambda s: s.replace("_", "-"), lambda s: "".join(w.capitalize() for w in s.split("_"))])(value)
    elif what == "rename":
        if not isinstance(holder, dict):
            return None
        new = rng.choice([str(key) + "s", str(key)[:-1], str(key).upper(), str(key).replace("_", "-"), str(key).replace("_", "")])
        items = [(new if k == key else k, v) for k, v in holder.items()]
        holder.clear()
        holder.update(items)
    elif what == "name":
        if "name" in document:
            document["name"] = rng.choice(NAMES)
            where = "name"
        else:
            return None
    elif what == "quote":
        if isinstance(value, bool):
            holder[key] = str(value).lower()
        elif isinstance(value, (int, float)):
            holder[key] = str(value)
        elif isinstance(value, str) and re.fullmatch(r"[-\d.]+", value):
            holder[key] = Raw(value)
        else:
            return None
    elif what == "wrap":
        holder[key] = [value] if rng.random() < 0.5 else {"value": value}
    return f"{what} {where} {holder[key]!r}"[:150] if what != "drop" and (isinstance(holder, list) or key in holder) else f"{what} {where}", dump(document)


def textual(rng, text):
    what = rng.choice(["bom", "crlf", "tab", "documents", "start", "end", "duplicate", "anchor", "comment", "trailing", "indent"])
    if what == "bom":
        return what, "\ufeff" + text
    if what == "crlf":
        return what, text.replace("\n", "\r\n")
    if what == "tab":
        lines = text.split("\n")
        nested = [i for i, line in enumerate(lines) if line.startswith(" ")]
        if not nested:
            return None
        i = rng.choice(nested)
        lines[i] = "\t" + lines[i].lstrip()
        return what, "\n".join(lines)
    if what == "documents":
        return what, text + "\n---\nname: second\n"
    if what == "start":
        return what, "---\n" + text
    if what == "end":
        return what, text.rstrip("\n") + "\n...\n"
    if what == "duplicate":
        keys = re.findall(r"(?m)^[a-z_]+: \S.*$", text)
        return (what, text.rstrip("\n") + "\n" + rng.choice(keys) + "\n") if keys else None
    if what == "anchor":
        return what, text.rstrip("\n") + "\ntags: &tags {a: b}\n" if "\ntags:" not in text else text.replace("\ntags:", "\ntags: &tags", 1) + "\nproperties: *tags\n"
    if what == "comment":
        return what, "# a comment: with a colon\n" + text.replace("\n", " # comment\n", 1)
    if what == "trailing":
        return what, text.replace("\n", "   \n")
    if what == "indent":
        return what, re.sub(r"(?m)^( +)", lambda m: m.group(1) * 2, text)
    return None


def main(source, out, count, seed, pattern):
    source, out = Path(source), Path(out)
    rng = random.Random(seed)
    shutil.copytree(source, out, dirs_exist_ok=True)
    files = sorted(p for p in out.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file() and "~" not in p.name)
    documents = []
    for file in files:
        try:
            text = file.read_text()
            document = yaml.safe_load(text)
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if isinstance(document, dict) and re.search(pattern, text):
            documents.append((file, text, document))
    made = 0
    while made < count:
        file, text, document = rng.choice(documents)
        changed = textual(rng, text) if rng.random() < 0.1 else structural(rng, document)
        if changed is None:
            continue
        what, content = changed
        made += 1
        what = re.sub(r"[^\x20-\x7e]", "?", what)
        first = "" if what == "bom" else f"# {what}\n"
        target = file.with_name(f"{file.stem}~{made:04}{file.suffix}")
        target.write_bytes((first + content).encode())
    print(f"{made} files in {out}")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5, 6):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 1, sys.argv[5] if len(sys.argv) > 5 else "")
