"""Scoring: a list of wines in, the cluster of each out."""

import json
import os
from pathlib import Path

import joblib

MEASUREMENTS = 13

model = None


def init() -> None:
    """Loads the model once a worker; AZUREML_MODEL_DIR is the folder of the registered version."""
    global model
    found = sorted(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("model.joblib"))
    if not found:
        raise FileNotFoundError(f"no model.joblib below {os.environ['AZUREML_MODEL_DIR']}")
    model = joblib.load(found[0])


def run(raw_data: str) -> dict:
    """``{"data": [[13 numbers], ...]}`` in, ``{"clusters": [number, ...]}`` out."""
    wines = json.loads(raw_data)["data"]
    for row, wine in enumerate(wines):
        if len(wine) != MEASUREMENTS:
            raise ValueError(f"wine {row} has {len(wine)} measurements, expected {MEASUREMENTS}")
    return {"clusters": [int(cluster) for cluster in model.predict(wines)]}
