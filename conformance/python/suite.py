#!/usr/bin/env python3
"""Drives the emulator with azure-ai-ml, unmodified; prints each scenario and, last, ``N passed, N failed``."""

import sys
import tempfile
import time
import traceback
import uuid
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import Emulator

SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


@scenario
def workspace_is_found_and_listed(client, work):
    workspace = client.workspaces.get(client.workspace_name)
    assert workspace.name == client.workspace_name
    assert workspace.location
    assert client.workspace_name in [w.name for w in client.workspaces.list()]


@scenario
def default_datastore_is_a_blob_container(client, work):
    datastore = client.datastores.get_default()
    assert datastore.name == "workspaceblobstore"
    assert datastore.container_name
    assert "workspaceartifactstore" in [d.name for d in client.datastores.list()]


@scenario
def model_from_a_local_folder_gets_versions_and_comes_back(client, work):
    from azure.ai.ml.entities import Model

    folder = work / "model"
    folder.mkdir()
    (folder / "weights.txt").write_text("1 2 3")
    (folder / "nested").mkdir()
    (folder / "nested" / "more.txt").write_text("4")
    created = client.models.create_or_update(
        Model(name="conformance", path=str(folder), type="custom_model", tags={"a": "b"})
    )
    assert created.version == "1", created.version
    (folder / "weights.txt").write_text("1 2 3 4")
    assert client.models.create_or_update(Model(name="conformance", path=str(folder))).version == "2"
    assert sorted(m.version for m in client.models.list(name="conformance")) == ["1", "2"]
    assert client.models.get("conformance", label="latest").version == "2"
    client.models.download("conformance", "1", download_path=str(work / "back"))
    assert sorted(p.read_text() for p in (work / "back").rglob("*.txt")) == ["1 2 3", "4"]
    client.models.archive("conformance", version="1")
    assert [m.version for m in client.models.list(name="conformance")] == ["2"]


@scenario
def environment_is_created_and_found(client, work):
    from azure.ai.ml.entities import Environment

    conda = work / "conda.yml"
    conda.write_text("name: e\ndependencies:\n  - python>=3.10\n  - pip\n")
    created = client.environments.create_or_update(
        Environment(name="conformance", image="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04", conda_file=str(conda))
    )
    assert created.version
    assert client.environments.get("conformance", version=created.version).image.startswith("mcr.microsoft.com")


@scenario
def data_asset_points_to_its_upload(client, work):
    from azure.ai.ml.entities import Data

    file = work / "data.csv"
    file.write_text("a,b\n1,2\n")
    created = client.data.create_or_update(Data(name="conformance", path=str(file), type="uri_file"))
    assert created.path.startswith("azureml://"), created.path
    assert client.data.get("conformance", version=created.version).type == "uri_file"


@scenario
def command_job_runs_and_its_outputs_come_back(client, work):
    from azure.ai.ml import Output, command

    code = work / "src"
    code.mkdir()
    (code / "double.py").write_text(
        "import argparse, pathlib\n"
        "p = argparse.ArgumentParser()\np.add_argument('--n', type=int)\np.add_argument('--out')\n"
        "a = p.parse_args()\nprint('doubling', a.n)\n"
        "pathlib.Path(a.out).mkdir(parents=True, exist_ok=True)\n"
        "(pathlib.Path(a.out) / 'result.txt').write_text(str(2 * a.n))\n"
    )
    job = client.jobs.create_or_update(
        command(
            code=str(code),
            command="python double.py --n ${{inputs.n}} --out ${{outputs.result}}",
            inputs={"n": 21},
            outputs={"result": Output(type="uri_folder")},
            environment=client.environments.get("conformance", label="latest"),
            compute="cpu-cluster",
        )
    )
    client.jobs.stream(job.name)
    finished = client.jobs.get(job.name)
    assert finished.status == "Completed", finished.status
    client.jobs.download(job.name, output_name="result", download_path=str(work / "out"))
    assert [p.read_text() for p in (work / "out").rglob("result.txt")] == ["42"]


@scenario
def failing_job_is_reported_as_failed(client, work):
    from azure.ai.ml import command

    job = client.jobs.create_or_update(
        command(
            command="echo about to fail && exit 3",
            environment=client.environments.get("conformance", label="latest"),
            compute="cpu-cluster",
        )
    )
    deadline = time.monotonic() + 120
    while (status := client.jobs.get(job.name).status) not in ("Completed", "Failed", "Canceled"):
        assert time.monotonic() < deadline, status
        time.sleep(0.5)
    assert status == "Failed", status


@scenario
def batch_endpoint_is_created_listed_and_deleted(client, work):
    from azure.ai.ml.entities import BatchEndpoint

    name = "conf-" + uuid.uuid4().hex[:8]
    created = client.batch_endpoints.begin_create_or_update(BatchEndpoint(name=name, description="d")).result()
    assert created.name == name
    assert name in [e.name for e in client.batch_endpoints.list()]
    assert client.batch_endpoints.get(name).scoring_uri
    client.batch_endpoints.begin_delete(name).result()
    assert name not in [e.name for e in client.batch_endpoints.list()]


@scenario
def component_is_created_and_versioned(client, work):
    from azure.ai.ml import load_component

    file = work / "component.yml"
    file.write_text(
        "$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json\n"
        "name: conformance_component\nversion: '1'\ntype: command\n"
        "inputs:\n  n: {type: integer, default: 1}\noutputs:\n  out: {type: uri_folder}\n"
        "environment: azureml:conformance@latest\ncommand: echo ${{inputs.n}} > ${{outputs.out}}/n.txt\n"
    )
    created = client.components.create_or_update(load_component(str(file)))
    assert created.version == "1"
    assert client.components.get("conformance_component", "1").inputs["n"].type == "integer"


def main() -> None:
    emulator = Emulator.start()
    emulator.configure_clients()
    from azure.ai.ml import MLClient

    client = MLClient(
        emulator.credential(), emulator.subscription, emulator.group, emulator.workspace
    )
    passed, failed = 0, 0
    try:
        for run in SCENARIOS:
            started = time.monotonic()
            try:
                with tempfile.TemporaryDirectory() as work:
                    run(client, Path(work))
                passed += 1
                print(f"ok    {run.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception:  # a scenario that fails must not hide the others
                failed += 1
                print(f"FAIL  {run.__name__}", flush=True)
                traceback.print_exc()
    finally:
        emulator.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
