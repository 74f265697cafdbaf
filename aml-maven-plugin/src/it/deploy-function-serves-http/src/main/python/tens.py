import json


def init():
    pass


def run(data):
    return [10 * value for value in json.loads(data)["data"]]
