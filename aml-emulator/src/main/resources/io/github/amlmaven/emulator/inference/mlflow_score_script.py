"""Scores MLflow models as AML's no-code deployment does: JSON with ``input_data`` in, predictions out."""

import json
import os
from pathlib import Path

import mlflow.pyfunc
import pandas

FOLDER = Path(os.environ["AZUREML_MODEL_DIR"]) / os.environ.get("MLFLOW_MODEL_FOLDER", "")
model = mlflow.pyfunc.load_model(str(FOLDER))


def init():
    """The model is loaded at import, as in AML's script."""


def run(data):
    request = json.loads(data)
    if not isinstance(request, dict) or "input_data" not in request:
        raise ValueError("The request must be an object with the key 'input_data'.")
    parameters = request.get("params")
    result = model.predict(_frame(request["input_data"]), **({"params": parameters} if parameters else {}))
    return _plain(result)


def _frame(data):
    """A frame in split orientation, an array, or named tensors."""
    import numpy

    if isinstance(data, dict) and "data" in data:
        return pandas.DataFrame(data["data"], columns=data.get("columns"), index=data.get("index"))
    if isinstance(data, dict):
        return {name: numpy.asarray(values) for name, values in data.items()}
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return pandas.DataFrame(data)
    return numpy.asarray(data)


def _plain(result):
    if isinstance(result, pandas.DataFrame):
        return result.to_dict(orient="records")
    if isinstance(result, dict):
        return {name: _plain(value) for name, value in result.items()}
    return result.tolist() if hasattr(result, "tolist") else result
