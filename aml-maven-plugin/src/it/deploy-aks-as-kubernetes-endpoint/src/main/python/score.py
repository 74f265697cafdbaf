import json
import os


def init():
    global factor
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model", "factor.json")) as file:
        factor = json.load(file)["factor"]
    print("the factor is", factor)


def run(data):
    offset = float(os.environ["OFFSET"])
    return [factor * value + offset for value in json.loads(data)["data"]]
