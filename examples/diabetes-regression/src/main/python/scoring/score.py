"""Scoring: patients in, the progression of each after a year out."""

import json
import os
from pathlib import Path

import joblib

MEASUREMENTS = 10

model = None


def init() -> None:
    """Loads the model once a worker; AZUREML_MODEL_DIR is the folder of the registered version."""
    global model
    found = sorted(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("model.joblib"))
    if not found:
        raise FileNotFoundError(f"no model.joblib below {os.environ['AZUREML_MODEL_DIR']}")
    model = joblib.load(found[0])


def run(raw_data: str) -> dict:
    """``{"data": [[10 numbers], ...]}`` in, ``{"progression": [number, ...]}`` out."""
    patients = json.loads(raw_data)["data"]
    for row, patient in enumerate(patients):
        if len(patient) != MEASUREMENTS:
            raise ValueError(f"patient {row} has {len(patient)} measurements, expected {MEASUREMENTS}")
    return {"progression": [float(value) for value in model.predict(patients)]}
