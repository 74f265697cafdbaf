import json
import os


def init():
    global factor
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model", "factor.json")) as file:
        factor = json.load(file)["factor"]


def run(data):
    return [factor * value for value in json.loads(data)["data"]]
