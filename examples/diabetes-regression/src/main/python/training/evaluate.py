"""Second step: measures the model on the patients held out, and decides against the version that is registered.

``python evaluate.py --model <folder> --held_out <folder> --model_name <name> --build_id <id> --evaluation <folder>``

The decision is a file for the next step, ``evaluation.json``: ``promote`` or ``keep``. A model that is not better is no
failure and stops nothing.
"""

import argparse
import json
from pathlib import Path

import joblib
import mlflow
import numpy
import registry
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

# What decides; the smaller the better.
DECISIVE = "mse"


def measure(model, features: numpy.ndarray, progression: numpy.ndarray) -> dict[str, float]:
    """How far the prediction is from what was measured; ``samples`` is the number of patients."""
    predicted = model.predict(features)
    return {
        "mse": float(mean_squared_error(progression, predicted)),
        "mae": float(mean_absolute_error(progression, predicted)),
        "r2": float(r2_score(progression, predicted)),
        "samples": float(len(progression)),
    }


def decide(metrics: dict[str, float], registered: registry.Registered | None) -> dict:
    """The decision with its reason. A registered version without the metric is an error, never a decision."""
    if registered is None:
        return {"outcome": "promote", "reason": "no version is registered"}
    if DECISIVE not in registered.metrics:
        raise ValueError(f"version {registered.version} has no tag metric.{DECISIVE} to compare with")
    before, now = registered.metrics[DECISIVE], metrics[DECISIVE]
    figures = f"{DECISIVE} is {now:.3f}, that of version {registered.version} is {before:.3f}"
    return {"outcome": "promote" if now < before else "keep", "reason": figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--held_out", type=Path, required=True)
    parser.add_argument("--model_name", required=True)
    parser.add_argument("--build_id", required=True, help="a decision is made anew for each build")
    parser.add_argument("--evaluation", type=Path, required=True)
    arguments = parser.parse_args()

    with numpy.load(arguments.held_out / "patients.npz") as patients:
        metrics = measure(
            joblib.load(arguments.model / "model.joblib"), patients["features"], patients["progression"]
        )
    decision = decide(metrics, registry.latest(arguments.model_name))
    print(f"build {arguments.build_id}: {decision['outcome']}, as {decision['reason']}")
    mlflow.log_metrics(metrics)
    arguments.evaluation.mkdir(parents=True, exist_ok=True)
    (arguments.evaluation / "evaluation.json").write_text(
        json.dumps({**decision, "metrics": metrics}, indent=2), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
