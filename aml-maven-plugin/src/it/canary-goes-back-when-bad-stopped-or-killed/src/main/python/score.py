import json
import os


def init():
    global factor
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model", "factor.json")) as file:
        factor = json.load(file)["factor"]


def run(data):
    values = json.loads(data)["data"]
    if os.environ["OFFSET"] == "raise":
        raise ValueError("this version fails now and then")
    return [factor * value + float(os.environ["OFFSET"]) for value in values]
