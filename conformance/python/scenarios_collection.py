"""Data collection: azureml-ai-monitoring, unmodified, in scoring scripts that azure-ai-ml deploys."""

import json

from scenarios import INFERENCE_IMAGE, folder, scenario, unique, wait_for

COLLECTING = """import json

import pandas
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext


def init():
    global inputs, outputs
    inputs = Collector(name="model_inputs", on_error=print)
    outputs = Collector(name="model_outputs", on_error=print)


def run(data):
    request = json.loads(data)
    frame = pandas.DataFrame(request["data"])
    context = inputs.collect(frame, BasicCorrelationContext(id=request["id"]))
    result = pandas.DataFrame({"sum": frame.sum(axis=1)})
    outputs.collect(result, context)
    return result.to_dict(orient="records")
"""


def _collected(client, prefix):
    """The lines below a folder of the workspace's default store, by azure-storage-blob."""
    from azure.storage.blob import BlobServiceClient

    store = client.datastores.get("workspaceblobstore", include_secrets=True)
    service = BlobServiceClient(
        f"{store.protocol}://{store.account_name}.blob.{store.endpoint}",
        credential=store.credentials.sas_token,
    )
    container = service.get_container_client(store.container_name)
    lines = []
    for name in container.list_blob_names(name_starts_with=prefix):
        text = container.download_blob(name).readall().decode()
        lines += [(name, json.loads(line)) for line in text.splitlines()]
    return lines


@scenario
def deployments_collect_with_amls_package(client, work):
    from azure.ai.ml.entities import (
        CodeConfiguration,
        DataCollector,
        DeploymentCollection,
        Environment,
        ManagedOnlineDeployment,
        ManagedOnlineEndpoint,
    )

    name = unique("collect")
    client.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name=name, auth_mode="key")).result()
    conda = work / "conda.yml"
    conda.write_text("dependencies:\n  - python>=3.10\n  - pip:\n    - azureml-ai-monitoring==1.0.0\n    - pandas==2.3.3\n")
    environment = client.environments.create_or_update(
        Environment(name="conf_collecting", version="1", image=INFERENCE_IMAGE, conda_file=str(conda))
    )
    code = folder(work, "collecting", score_py=COLLECTING)
    # Two deployments of one machine, each with a collector of its own.
    for deployment, enabled in (("blue", "model_inputs"), ("green", "model_outputs")):
        client.online_deployments.begin_create_or_update(
            ManagedOnlineDeployment(
                name=deployment,
                endpoint_name=name,
                code_configuration=CodeConfiguration(code=code, scoring_script="score.py"),
                environment=environment,
                instance_type="Standard_DS3_v2",
                instance_count=1,
                data_collector=DataCollector(
                    collections={
                        collection: DeploymentCollection(enabled="true" if collection == enabled else "false")
                        for collection in ("model_inputs", "model_outputs")
                    }
                ),
            )
        ).result()
    request = work / "request.json"
    request.write_text('{"id": "mine", "data": {"a": [1, 3], "b": [2, 4]}}')
    for deployment in ("blue", "green"):
        answer = client.online_endpoints.invoke(name, request_file=str(request), deployment_name=deployment)
        assert json.loads(answer) == [{"sum": 3}, {"sum": 7}], answer
    expected = {
        ("blue", "model_inputs"): [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        ("green", "model_outputs"): [{"sum": 3}, {"sum": 7}],
    }
    for (deployment, collection), data in expected.items():
        # The client has registered the collection as a data asset; there the lines are.
        asset = client.data.get(f"{name}-{deployment}-{collection}", version="1")
        folder_name = asset.path.split("/paths/", 1)[1]
        assert folder_name == f"modelDataCollector/{name}/{deployment}/{collection}", asset.path
        ((blob, line),) = wait_for("a collected line", lambda: _collected(client, folder_name + "/"), 30)
        year, month, day, hour, file = blob.removeprefix(folder_name + "/").split("/")
        assert (len(year), len(month), len(day), len(hour)) == (4, 2, 2, 2) and file.endswith(".jsonl"), blob
        assert line["data"] == data, line
        assert line["type"] == "azureml.inference." + collection
        assert line["source"].endswith(f"/onlineEndpoints/{name}/deployments/{deployment}")
        assert line["agent"] == "azureml-ai-monitoring/1.0.0"
        assert line["collectdatatype"] == "pandas.core.frame.DataFrame"
        assert line["correlationid"] == line["xrequestid"] == "mine"
        assert line["modelversion"] == "default" and line["specversion"] == "1.0"
    assert len(_collected(client, f"modelDataCollector/{name}/")) == 2
    client.online_endpoints.begin_delete(name).result()
