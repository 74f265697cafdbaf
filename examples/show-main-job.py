#!/usr/bin/env python3
"""Shows what the main job did, from the result files of its goals and from the deployed model itself.

usage: show-main-job.py PROJECT [--unchanged]

Ends with an error if the model does not answer, answers without the key, or (with --unchanged) if a goal that had
nothing to do did something.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

GOALS = ["test", "run", "register", "package", "deploy-aci", "score"]
UNCHANGED = ["test", "run", "register", "package", "deploy-aci"]


def result(project: Path, goal: str) -> dict:
    return json.loads((project / "target" / "aml" / f"{goal}.json").read_text(encoding="utf-8"))


def post(uri: str, body: bytes, key: str | None) -> tuple[int, str]:
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(uri, data=body, headers=headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def show_steps(project: Path) -> None:
    for goal in GOALS:
        record = result(project, goal)
        print(f"  aml:{goal:<12} {record['status']:<12} {record['seconds']:8.2f} s")


def check_unchanged(project: Path) -> None:
    busy = [goal for goal in UNCHANGED if result(project, goal)["status"] != "up-to-date"]
    if busy:
        sys.exit(f"these goals had nothing to do and did something: {', '.join(busy)}")
    print("  same model version, same image digest, same deployment: nothing was rebuilt or sent")


def score(project: Path) -> None:
    outputs = result(project, "deploy-aci")["outputs"]
    uri = outputs["scoringUri"]
    keys = json.loads(Path(outputs["keysFile"]).read_text(encoding="utf-8"))
    body = (project / "src" / "test" / "requests" / "two-wines.json").read_bytes()
    status, answer = post(uri, body, keys["primaryKey"])
    print(f"\n  scoring URL  {uri}")
    print(f"  request      {json.dumps(json.loads(body))}")
    print(f"  answer       {status} {answer}")
    refused, _ = post(uri, body, None)
    print(f"  without key  {refused}")
    if status != 200 or len(json.loads(answer)["clusters"]) != 2:
        sys.exit("the model did not answer as it should")
    if refused != 401:
        sys.exit("the model answered without the key")


def main() -> None:
    project = Path(sys.argv[1])
    show_steps(project)
    if "--unchanged" in sys.argv:
        check_unchanged(project)
    else:
        score(project)


if __name__ == "__main__":
    main()
