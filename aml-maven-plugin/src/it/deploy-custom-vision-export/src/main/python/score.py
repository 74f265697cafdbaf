"""The scoring script of an exported Custom Vision model, with a stand-in for TensorFlow: the graph's bytes choose the label."""

import json
import os


def init():
    global labels, graph
    folder = os.path.join(os.environ["AZUREML_MODEL_DIR"], "model")
    with open(os.path.join(folder, "labels.txt"), encoding="utf-8") as file:
        labels = [line.strip() for line in file if line.strip()]
    with open(os.path.join(folder, "model.pb"), "rb") as file:
        graph = file.read()
    if not graph:
        raise ValueError("model.pb is empty")


def run(data):
    pixels = json.loads(data)["pixels"]
    chosen = (sum(graph) + sum(pixels)) % len(labels)
    return {"predictions": [{"tagName": label, "probability": float(i == chosen)} for i, label in enumerate(labels)]}
