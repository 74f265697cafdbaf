#!/usr/bin/env python3
"""Drives the emulator with the mlflow client, alone (HTTPS tracking URI) and with AML's plugin (``azureml://``).

Everything runs in processes of their own, because a process has one tracking store. Last line: ``N passed, N failed``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
import uuid
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import Emulator, _resolve_localhost_names

HERE = Path(__file__).resolve()
SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


class Fixture:
    """What a scenario is given: a client, and a name that no other scenario uses."""

    def __init__(self, work: Path) -> None:
        import mlflow

        self.mlflow = mlflow
        self.client = mlflow.MlflowClient()
        self.work = work
        self.name = "c" + uuid.uuid4().hex[:10]

    def file(self, path: str, text: str) -> Path:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def model(self) -> Path:
        self.file("model/MLmodel", "flavors:\n  python_function:\n    loader_module: m\n    python_version: '3.11'\n")
        self.file("model/data/weights.txt", "1 2 3")
        return self.work / "model"


def refused(action, code: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        action()
    except MlflowException as error:
        assert error.error_code == code, error
        return
    raise AssertionError(f"not refused with {code}")


@scenario
def run_is_begun_and_ends_with_parameters_metrics_and_tags(f):
    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run(run_name="first") as run:
        f.mlflow.log_param("alpha", 0.5)
        f.mlflow.log_params({"a": 1, "b": "two"})
        f.mlflow.log_metric("rmse", 2.0, step=0)
        f.mlflow.log_metric("rmse", 1.5, step=1)
        f.mlflow.log_metrics({"mae": 0.25, "bad": float("nan")}, step=3)
        f.mlflow.set_tag("team", "wine")
        assert f.client.get_run(run.info.run_id).info.status == "RUNNING"
    found = f.client.get_run(run.info.run_id)
    assert found.info.status == "FINISHED" and found.info.run_name == "first"
    assert found.info.end_time >= found.info.start_time > 0
    assert found.data.params == {"alpha": "0.5", "a": "1", "b": "two"}, found.data.params
    assert found.data.metrics["rmse"] == 1.5 and found.data.metrics["bad"] != found.data.metrics["bad"]
    assert found.data.tags["team"] == "wine"
    history = f.client.get_metric_history(run.info.run_id, "rmse")
    assert [(m.step, m.value) for m in history] == [(0, 2.0), (1, 1.5)], history


@scenario
def thousand_metrics_of_one_batch_all_come_back(f):
    from mlflow.entities import Metric

    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as run:
        now = int(time.time() * 1000)
        f.client.log_batch(run.info.run_id, [Metric("loss", 1 / (i + 1), now + i, i) for i in range(1000)])
    history = f.client.get_metric_history(run.info.run_id, "loss")
    assert [m.step for m in history] == list(range(1000))
    assert abs(f.client.get_run(run.info.run_id).data.metrics["loss"] - 0.001) < 1e-12


@scenario
def failed_run_says_so_and_can_be_taken_up_again(f):
    f.mlflow.set_experiment(f.name)
    try:
        with f.mlflow.start_run() as run:
            raise ValueError("on purpose")
    except ValueError:
        assert f.client.get_run(run.info.run_id).info.status == "FAILED"
    with f.mlflow.start_run(run_id=run.info.run_id):
        f.mlflow.log_metric("again", 1)
    assert f.client.get_run(run.info.run_id).info.status == "FINISHED"


@scenario
def nested_runs_know_their_parent(f):
    experiment = f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as parent:
        with f.mlflow.start_run(nested=True) as child:
            f.mlflow.log_metric("m", 1)
    children = f.client.search_runs(
        [experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    assert [r.info.run_id for r in children] == [child.info.run_id]


@scenario
def parameter_cannot_change(f):
    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as run:
        f.client.log_param(run.info.run_id, "p", "1")
        f.client.log_param(run.info.run_id, "p", "1")
        refused(lambda: f.client.log_param(run.info.run_id, "p", "2"), "INVALID_PARAMETER_VALUE")


@scenario
def runs_are_found_by_filter_order_and_page(f):
    experiment = f.mlflow.set_experiment(f.name)
    ids = []
    for i in range(5):
        with f.mlflow.start_run(tags={"even": str(i % 2 == 0)}) as run:
            f.mlflow.log_metric("score", i / 10)
            f.mlflow.log_param("n", i)
            ids.append(run.info.run_id)
    search = lambda *a, **k: [r.info.run_id for r in f.client.search_runs([experiment.experiment_id], *a, **k)]
    assert search("metrics.score > 0.15 and tags.even = 'True'", order_by=["metrics.score DESC"]) == [ids[4], ids[2]]
    assert search("params.n != '3'", order_by=["metrics.score ASC"]) == [ids[0], ids[1], ids[2], ids[4]]
    assert len(search("attributes.status = 'FINISHED'")) == 5
    page = f.client.search_runs([experiment.experiment_id], order_by=["metrics.score"], max_results=2)
    assert len(page) == 2 and page.token
    rest = f.client.search_runs([experiment.experiment_id], order_by=["metrics.score"], max_results=9, page_token=page.token)
    assert [r.info.run_id for r in [*page, *rest]] == ids
    f.client.delete_run(ids[0])
    assert len(search("")) == 4
    f.client.restore_run(ids[0])
    assert len(search("")) == 5
    refused(lambda: search("metrics.score ~ 1"), "INVALID_PARAMETER_VALUE")


@scenario
def experiments_are_made_found_tagged_and_deleted(f):
    id = f.client.create_experiment(f.name, tags={"a": "b"})
    refused(lambda: f.client.create_experiment(f.name), "RESOURCE_ALREADY_EXISTS")
    f.client.set_experiment_tag(id, "c", "d")
    found = f.client.get_experiment_by_name(f.name)
    assert found.experiment_id == id and found.tags == {"a": "b", "c": "d"}, found
    assert f.name in [e.name for e in f.client.search_experiments(filter_string=f"name = '{f.name}'")]
    f.client.delete_experiment(id)
    assert f.client.get_experiment(id).lifecycle_stage == "deleted"
    assert f.client.search_experiments(filter_string=f"name = '{f.name}'") == []
    f.client.restore_experiment(id)
    assert f.client.get_experiment_by_name("no-such-" + f.name) is None


@scenario
def artifacts_are_logged_listed_and_come_back(f):
    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as run:
        f.mlflow.log_artifact(str(f.file("one.txt", "1")))
        f.mlflow.log_artifacts(str(f.model()), "model")
        f.mlflow.log_text("two words", "notes/über uns.txt")
        f.mlflow.log_dict({"a": 1}, "notes/a.json")
    id = run.info.run_id
    assert sorted((i.path, i.is_dir) for i in f.client.list_artifacts(id)) == [
        ("model", True), ("notes", True), ("one.txt", False)
    ], f.client.list_artifacts(id)
    assert sorted(i.path for i in f.client.list_artifacts(id, "model")) == ["model/MLmodel", "model/data"]
    folder = Path(f.client.download_artifacts(id, "model", str(f.work)))
    assert (folder / "data" / "weights.txt").read_text() == "1 2 3"
    assert Path(f.client.download_artifacts(id, "notes/über uns.txt", str(f.work))).read_text() == "two words"


@scenario
def logged_model_is_registered_as_a_model_of_the_workspace(f):
    from mlflow.models import Model

    class Flavor:
        """A flavor without a framework: MLflow's own code logs, describes and registers it."""

        __name__ = "conformance"

        @staticmethod
        def save_model(path, mlflow_model, **_):
            Path(path).mkdir(parents=True)
            (Path(path) / "weights.txt").write_text("1 2 3")
            mlflow_model.add_flavor("conformance", data="weights.txt")
            mlflow_model.save(str(Path(path) / "MLmodel"))

    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as run:
        info = Model.log("model", Flavor, registered_model_name=f.name, await_registration_for=10)
    assert "mlflow.log-model.history" in f.client.get_run(run.info.run_id).data.tags
    version = f.client.get_model_version(f.name, "1")
    assert version.run_id == run.info.run_id and version.status == "READY", version
    again = f.mlflow.register_model(f"runs:/{run.info.run_id}/model", f.name)
    assert again.version in ("2", 2), again
    folder = Path(f.mlflow.artifacts.download_artifacts(f"models:/{f.name}/2", dst_path=str(f.work / "back")))
    assert (folder / "weights.txt").read_text() == "1 2 3"
    assert info.flavors["conformance"]["data"] == "weights.txt"


@scenario
def registry_describes_tags_stages_searches_and_deletes(f):
    f.mlflow.set_experiment(f.name)
    with f.mlflow.start_run() as run:
        f.mlflow.log_artifacts(str(f.model()), "model")
    f.client.create_registered_model(f.name, tags={"a": "b"}, description="first")
    refused(lambda: f.client.create_registered_model(f.name), "RESOURCE_ALREADY_EXISTS")
    source = f.client.get_run(run.info.run_id).info.artifact_uri + "/model"
    for _ in range(2):
        f.client.create_model_version(f.name, source, run.info.run_id, tags={"t": "1"}, description="v")
    f.client.update_registered_model(f.name, "second")
    f.client.set_registered_model_tag(f.name, "c", "d")
    f.client.delete_registered_model_tag(f.name, "a")
    model = f.client.get_registered_model(f.name)
    assert model.description == "second" and model.tags == {"c": "d"}, model
    f.client.update_model_version(f.name, "1", "changed")
    f.client.set_model_version_tag(f.name, "1", "x", "y")
    f.client.delete_model_version_tag(f.name, "1", "t")
    version = f.client.get_model_version(f.name, "1")
    assert version.description == "changed" and version.tags == {"x": "y"}, version
    f.client.transition_model_version_stage(f.name, "1", "Production")
    assert [v.version for v in f.client.get_latest_versions(f.name, ["Production"])] == ["1"]
    f.client.transition_model_version_stage(f.name, "2", "Production", archive_existing_versions=True)
    assert f.client.get_model_version(f.name, "1").current_stage == "Archived"
    assert sorted(v.version for v in f.client.search_model_versions(f"name='{f.name}'")) == ["1", "2"]
    assert f.name in [m.name for m in f.client.search_registered_models(f"name LIKE '{f.name[:6]}%'")]
    assert f.client.get_model_version_download_uri(f.name, "2")
    f.client.delete_model_version(f.name, "2")
    refused(lambda: f.client.get_model_version(f.name, "2"), "RESOURCE_DOES_NOT_EXIST")
    f.client.delete_registered_model(f.name)
    refused(lambda: f.client.get_registered_model(f.name), "RESOURCE_DOES_NOT_EXIST")


@scenario
def batch_of_metrics_parameters_and_tags_is_found_by_each_of_them(f):
    from mlflow.entities import Metric, Param, RunTag

    experiment = f.mlflow.set_experiment(f.name)
    ids = []
    for i in range(3):
        with f.mlflow.start_run(run_name=f"run {i}") as run:
            now = int(time.time() * 1000)
            f.client.log_batch(
                run.info.run_id,
                metrics=[Metric("acc", 0.1 * i, now, 0), Metric("acc", 0.2 * i, now, 1)],
                params=[Param("depth", str(i)), Param("kind", "tree")],
                tags=[RunTag("team", "a" if i else "b")],
            )
            ids.append(run.info.run_id)
    search = lambda *a, **k: [r.info.run_id for r in f.client.search_runs([experiment.experiment_id], *a, **k)]
    assert search("params.depth = '1'") == [ids[1]]
    assert search("tags.team = 'a'", order_by=["metrics.acc DESC"]) == [ids[2], ids[1]]
    assert search("metrics.acc >= 0.2 and params.kind LIKE 'tr%'", order_by=["params.depth ASC"]) == [ids[1], ids[2]]
    assert search("attributes.run_name = 'run 0'") == [ids[0]]
    assert search("", order_by=["attributes.start_time ASC"]) == ids
    frame = f.mlflow.search_runs([experiment.experiment_id], order_by=["metrics.acc DESC"])
    assert list(frame["metrics.acc"]) == [0.4, 0.2, 0.0], frame
    f.client.delete_tag(ids[0], "team")
    assert "team" not in f.client.get_run(ids[0]).data.tags


@scenario
def what_azure_does_not_have_is_no_endpoint(f):
    """Logged models of MLflow 3 and aliases: github.com/Azure/azure-sdk-for-python/issues/44896."""
    from mlflow.exceptions import MlflowException

    f.client.create_registered_model(f.name)
    try:
        f.client.set_registered_model_alias(f.name, "champion", "1")
        raise AssertionError("there are no aliases")
    except MlflowException as error:
        assert "failed with error code 404" in str(error) and "Response body: ''" in str(error), error
    f.client.delete_registered_model(f.name)


@scenario
def what_is_not_there_is_said_to_be_missing(f):
    refused(lambda: f.client.get_run(str(uuid.uuid4())), "RESOURCE_DOES_NOT_EXIST")
    refused(lambda: f.client.get_experiment(str(uuid.uuid4())), "RESOURCE_DOES_NOT_EXIST")
    refused(lambda: f.client.get_registered_model(f.name), "RESOURCE_DOES_NOT_EXIST")


def drive(label: str) -> int:
    """All scenarios in this process, by the tracking URI of its environment."""
    import mlflow

    _resolve_localhost_names()
    mlflow.search_experiments(max_results=1)
    # AML's plugin takes the token from the environment only beside a run, and has done so now: begin runs of our own.
    os.environ.pop("MLFLOW_RUN_ID", None)
    failed = 0
    for run in SCENARIOS:
        started = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as work:
                run(Fixture(Path(work)))
            print(f"ok    {label}: {run.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:  # a scenario that fails must not hide the others
            failed += 1
            print(f"FAIL  {label}: {run.__name__}", flush=True)
            traceback.print_exc()
    return failed


JOB = """
import os, mlflow
mlflow.log_param("inside", "yes")
for step in range(3):
    mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
mlflow.set_tag("by", "job")
mlflow.log_text("made inside", "made.txt")
mlflow.log_text("flavors: {}", "model/MLmodel")
mlflow.register_model("runs:/" + os.environ["AZUREML_RUN_ID"] + "/model", "conformance-inside")
"""


class Arm:
    """The few ARM requests that submit a job and look at it from outside of MLflow."""

    def __init__(self, emulator: Emulator) -> None:
        import ssl

        self.base = (
            f"{emulator.https}/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{emulator.workspace}"
        )
        self.token = emulator.token("https://management.azure.com")
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=emulator.certificate)),
        )

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        url = path if path.startswith("https:") else self.base + path + "?api-version=2025-12-01"
        request = urllib.request.Request(
            url,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        with self.opener.open(request, timeout=60) as answer:
            return json.load(answer)


def inside_a_job(emulator: Emulator, arm: Arm) -> None:
    """A job logs to its own run by nothing but the environment that it is given."""
    conda = (
        "dependencies:\n  - python\n  - pip:\n    - mlflow-skinny==2.22.5\n"
    )
    arm.call("PUT", "/environments/mlflow/versions/1", {"properties": {"image": "python:3", "condaFile": conda}})
    script = JOB.replace('"', '\\"')
    arm.call(
        "PUT",
        "/jobs/mlflow-inside",
        {
            "properties": {
                "jobType": "Command",
                "experimentName": "inside",
                "command": f'python -c "{script}"',
                "environmentId": arm.base.removeprefix(emulator.https) + "/environments/mlflow/versions/1",
                "computeId": arm.base.removeprefix(emulator.https) + "/computes/cpu-cluster",
            }
        },
    )
    deadline = time.monotonic() + 300
    while (job := arm.call("GET", "/jobs/mlflow-inside"))["properties"]["status"] not in ("Completed", "Failed", "Canceled"):
        assert time.monotonic() < deadline, job
        time.sleep(0.5)
    assert job["properties"]["status"] == "Completed", json.dumps(job, indent=1)
    history = arm.base.replace(emulator.https, emulator.https + "/history/v1.0")
    run = arm.call("GET", history + "/experiments/inside/runs/mlflow-inside")
    assert float(run["properties"]["metrics.loss"]) == 1 / 3, run
    assert run["tags"]["by"] == "job", run
    listed = arm.call("GET", history + "/experiments/inside/runs/mlflow-inside/artifacts")
    assert {"made.txt", "model/MLmodel"} <= {a["path"] for a in listed["value"]}, listed
    model = arm.call("GET", "/models/conformance-inside/versions/1")["properties"]
    assert model["modelType"] == "mlflow_model" and model["jobName"] == "mlflow-inside", model


def seen_by_aml(emulator: Emulator, arm: Arm) -> None:
    """Runs begun outside are jobs of the workspace, their models its models."""
    jobs = arm.call("GET", "/jobs")["value"]
    outside = [j for j in jobs if j["properties"]["displayName"] == "first"]
    assert len(outside) == 2 and all(j["properties"]["status"] == "Completed" for j in outside), jobs
    models = [m["name"] for m in arm.call("GET", "/models")["value"] if m["name"] != "conformance-inside"]
    version = arm.call("GET", f"/models/{models[0]}/versions/1")["properties"]
    assert version["modelType"] == "mlflow_model" and "conformance" in version["flavors"], version
    assert "/datastores/workspaceartifactstore/paths/ExperimentRun/dcid." in version["modelUri"], version


def main() -> None:
    emulator = Emulator.start()
    passed, failed = 0, 0
    try:
        arm = Arm(emulator)
        tracking = arm.call("GET", "")["properties"]["mlFlowTrackingUri"]
        assert tracking.startswith("azureml://"), tracking
        plain = tracking.replace("azureml://", "https://")
        for label, uri, extra in (
            ("mlflow", plain, {}),
            ("azureml-mlflow", tracking, {"MLFLOW_RUN_ID": "none", "MLFLOW_EXPERIMENT_NAME": "outside"}),
        ):
            environment = {
                **os.environ,
                **extra,
                "MLFLOW_TRACKING_URI": uri,
                "MLFLOW_TRACKING_TOKEN": emulator.token("https://ml.azure.com"),
                "ARM_CLOUD_METADATA_URL": f"{emulator.https}/metadata/endpoints?api-version=2019-05-01",
                "AZUREML_CURRENT_CLOUD": "AmlEmulator",
                "REQUESTS_CA_BUNDLE": emulator.certificate,
                "NO_PROXY": "localhost,127.0.0.1,.localhost",
            }
            done = subprocess.run([sys.executable, str(HERE), label], env=environment, check=False)
            failed += done.returncode
            passed += len(SCENARIOS) - done.returncode
        for check in (inside_a_job, seen_by_aml):
            try:
                check(emulator, arm)
                passed += 1
                print(f"ok    {check.__name__}", flush=True)
            except Exception:  # the other one shall run too
                failed += 1
                print(f"FAIL  {check.__name__}", flush=True)
                traceback.print_exc()
        emulator.record("mlflow_client")
    finally:
        emulator.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(drive(sys.argv[1]))
    main()
