import json
import os

from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    global factor
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model", "factor.json")) as file:
        factor = json.load(file)["factor"]


@input_schema("data", StandardPythonParameterType([2, 4]))
def run(data):
    return [factor * value for value in data]
