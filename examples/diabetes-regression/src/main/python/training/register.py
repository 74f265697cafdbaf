"""Third step: registers the model if the evaluation says so, with its figures, its content and its build as tags.

``python register.py --model <folder> --evaluation <folder> --model_name <name> --build_id <id> --registration <folder>``

Leaves ``model.json`` for the release: which version this build stands for, or why there is none.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

import mlflow
import registry


def digest(folder: Path) -> str:
    """SHA-256 over the paths and contents of a folder's files."""
    content = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return content.hexdigest()


def tags(evaluation: dict, parameters: dict, content: str, build_id: str, run_id: str) -> dict[str, str]:
    """What a release needs to find the version and the next evaluation needs to compare with."""
    found = {f"{registry.METRIC}{name}": str(value) for name, value in evaluation["metrics"].items()}
    found |= {f"parameter.{name}": str(value) for name, value in parameters.items()}
    return {**found, "BuildId": build_id, "run_id": run_id, "model.sha256": content}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--model_name", required=True)
    parser.add_argument("--build_id", required=True)
    parser.add_argument("--registration", type=Path, required=True)
    arguments = parser.parse_args()

    evaluation = json.loads((arguments.evaluation / "evaluation.json").read_text(encoding="utf-8"))
    registration = {"name": arguments.model_name, "outcome": evaluation["outcome"], "reason": evaluation["reason"]}
    if evaluation["outcome"] == "promote":
        run_id = os.environ["MLFLOW_RUN_ID"]
        mlflow.log_artifacts(str(arguments.model), "model")
        parameters = json.loads((arguments.model / "parameters.json").read_text(encoding="utf-8"))
        marks = tags(evaluation, parameters, digest(arguments.model), arguments.build_id, run_id)
        source = f"{mlflow.get_artifact_uri()}/model"
        version = registry.register(arguments.model_name, source, run_id, marks)
        mlflow.log_metric("version", version)
        registration |= {"version": version, "tags": marks}
        print(f"registered {arguments.model_name}:{version}, content {marks['model.sha256']}")
    else:
        print(f"nothing is registered: {evaluation['reason']}")
    arguments.registration.mkdir(parents=True, exist_ok=True)
    (arguments.registration / "model.json").write_text(json.dumps(registration, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
