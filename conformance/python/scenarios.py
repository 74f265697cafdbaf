"""What users of azure-ai-ml do, one function a task. Each stands alone; they run side by side."""

import json
import time
import uuid
from pathlib import Path

SCENARIOS = []
IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
INFERENCE_IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def scenario(function):
    SCENARIOS.append(function)
    return function


def wait_for(what, condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.3)
    return found


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def plain_environment(client, work, name="conformance"):
    from azure.ai.ml.entities import Environment

    conda = work / "conda.yml"
    conda.write_text("name: e\ndependencies:\n  - python>=3.10\n  - pip\n")
    return client.environments.create_or_update(Environment(name=name, image=IMAGE, conda_file=str(conda), version="1"))


def folder(work, name, **files):
    made = work / name
    made.mkdir(exist_ok=True)
    for file, content in files.items():
        (made / file.replace("_py", ".py").replace("_txt", ".txt")).write_text(content)
    return str(made)


@scenario
def workspace_is_found_and_listed(client, work):
    workspace = client.workspaces.get(client.workspace_name)
    assert workspace.name == client.workspace_name
    assert workspace.location
    assert client.workspace_name in [w.name for w in client.workspaces.list()]
    assert client.workspaces.get_keys(client.workspace_name).user_storage_key


@scenario
def workspace_is_made_with_what_it_needs_and_deleted(client, work):
    from azure.ai.ml.entities import Workspace

    name = "w" + uuid.uuid4().hex[:8]
    made = client.workspaces.begin_create(Workspace(name=name, location="westeurope", tags={"by": "conformance"})).result()
    assert made.name == name and made.storage_account and made.key_vault
    assert name in [w.name for w in client.workspaces.list()]
    client.workspaces.begin_delete(name, delete_dependent_resources=False).wait()
    assert name not in [w.name for w in client.workspaces.list()]


@scenario
def datastores_are_listed_and_read(client, work):
    default = client.datastores.get_default()
    assert default.name == "workspaceblobstore" and default.container_name
    assert "workspaceartifactstore" in [d.name for d in client.datastores.list()]
    with_secrets = client.datastores.get("workspaceblobstore", include_secrets=True)
    assert getattr(with_secrets.credentials, "account_key", None) or getattr(with_secrets.credentials, "sas_token", None)


@scenario
def model_from_a_local_folder_gets_versions_and_comes_back(client, work):
    from azure.ai.ml.entities import Model

    model = folder(work, "model", weights_txt="1 2 3")
    (Path(model) / "nested").mkdir()
    (Path(model) / "nested" / "more.txt").write_text("4")
    created = client.models.create_or_update(
        Model(name="conformance", path=model, type="custom_model", tags={"a": "b"})
    )
    assert created.version == "1", created.version
    (Path(model) / "weights.txt").write_text("1 2 3 4")
    assert client.models.create_or_update(Model(name="conformance", path=model)).version == "2"
    assert sorted(m.version for m in client.models.list(name="conformance")) == ["1", "2"]
    assert client.models.get("conformance", label="latest").version == "2"
    assert "conformance" in [m.name for m in client.models.list()]
    client.models.download("conformance", "1", download_path=str(work / "back"))
    assert sorted(p.read_text() for p in (work / "back").rglob("*.txt")) == ["1 2 3", "4"]
    client.models.archive("conformance", version="1")
    assert [m.version for m in client.models.list(name="conformance")] == ["2"]
    client.models.restore("conformance", version="1")
    assert len(list(client.models.list(name="conformance"))) == 2


@scenario
def environments_are_created_listed_and_archived(client, work):
    from azure.ai.ml.entities import BuildContext, Environment

    created = plain_environment(client, work, "conf_env")
    assert created.version == "1"
    assert client.environments.get("conf_env", version="1").image == IMAGE
    context = folder(work, "context", notes_txt="n")
    (Path(context) / "Dockerfile").write_text("FROM scratch\n")
    built = client.environments.create_or_update(
        Environment(name="conf_env", build=BuildContext(path=context), version="2")
    )
    assert built.version == "2" and built.build.path, built.build
    assert {e.version for e in client.environments.list(name="conf_env")} == {"1", "2"}
    client.environments.archive("conf_env", version="1")
    assert [e.version for e in client.environments.list(name="conf_env")] == ["2"]


@scenario
def data_assets_point_to_their_uploads(client, work):
    from azure.ai.ml.entities import Data

    file = work / "data.csv"
    file.write_text("a,b\n1,2\n")
    created = client.data.create_or_update(Data(name="conf_data", path=str(file), type="uri_file"))
    assert created.path.startswith("azureml://"), created.path
    assert client.data.get("conf_data", version=created.version).type == "uri_file"
    second = client.data.create_or_update(
        Data(name="conf_data", path=folder(work, "many", one_txt="1"), type="uri_folder")
    )
    assert second.version == "2"
    assert client.data.get("conf_data", label="latest").version == "2"
    client.data.archive("conf_data", version="1")
    assert [d.version for d in client.data.list(name="conf_data")] == ["2"]


@scenario
def components_are_created_versioned_and_archived(client, work):
    from azure.ai.ml import load_component

    plain_environment(client, work, "conf_comp_env")
    file = work / "component.yml"
    file.write_text(
        "$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json\n"
        "name: conformance_component\nversion: '1'\ntype: command\n"
        "inputs:\n  n: {type: integer, default: 1}\noutputs:\n  out: {type: uri_folder}\n"
        "environment: azureml:conf_comp_env:1\ncommand: echo ${{inputs.n}} > ${{outputs.out}}/n.txt\n"
    )
    created = client.components.create_or_update(load_component(str(file)))
    assert created.version == "1"
    assert client.components.get("conformance_component", "1").inputs["n"].type == "integer"
    assert "conformance_component" in [c.name for c in client.components.list()]
    client.components.archive("conformance_component", version="1")
    assert list(client.components.list(name="conformance_component")) == []


@scenario
def command_job_runs_and_its_outputs_come_back(client, work):
    from azure.ai.ml import Output, command

    code = folder(
        work,
        "src",
        double_py="import argparse, pathlib\n"
        "p = argparse.ArgumentParser()\np.add_argument('--n', type=int)\np.add_argument('--out')\n"
        "a = p.parse_args()\nprint('doubling', a.n)\n"
        "pathlib.Path(a.out).mkdir(parents=True, exist_ok=True)\n"
        "(pathlib.Path(a.out) / 'result.txt').write_text(str(2 * a.n))\n",
    )
    job = client.jobs.create_or_update(
        command(
            code=code,
            command="python double.py --n ${{inputs.n}} --out ${{outputs.result}}",
            inputs={"n": 21},
            outputs={"result": Output(type="uri_folder")},
            environment=plain_environment(client, work),
            compute="cpu-cluster",
        )
    )
    client.jobs.stream(job.name)
    assert client.jobs.get(job.name).status == "Completed"
    assert job.name in [j.name for j in client.jobs.list()]
    client.jobs.download(job.name, output_name="result", download_path=str(work / "out"))
    assert [p.read_text() for p in (work / "out").rglob("result.txt")] == ["42"]
    client.jobs.download(job.name, download_path=str(work / "logs"))
    assert any("doubling 21" in p.read_text() for p in (work / "logs").rglob("std_log.txt"))
    client.jobs.archive(job.name)
    assert job.name not in [j.name for j in client.jobs.list()]


@scenario
def failing_job_is_reported_as_failed(client, work):
    from azure.ai.ml import command

    job = client.jobs.create_or_update(
        command(
            command="echo about to fail && exit 3",
            environment=plain_environment(client, work),
            compute="cpu-cluster",
        )
    )
    ended = wait_for(
        "the job's end", lambda: (s := client.jobs.get(job.name).status) in ("Completed", "Failed", "Canceled") and s
    )
    assert ended == "Failed", ended


@scenario
def running_job_is_canceled(client, work):
    from azure.ai.ml import command
    from azure.ai.ml.entities import Environment

    # An image alone: the client makes an anonymous environment of it, whose version is a hash of 64 characters.
    image = Environment(image=IMAGE)
    job = client.jobs.create_or_update(command(command="sleep 300", environment=image, compute="cpu-cluster"))
    wait_for("the job to run", lambda: client.jobs.get(job.name).status == "Running")
    client.jobs.begin_cancel(job.name).result()
    wait_for("the cancellation", lambda: client.jobs.get(job.name).status == "Canceled")


@scenario
def pipeline_job_passes_data_between_steps(client, work):
    from azure.ai.ml import Input, Output, command, dsl

    environment = plain_environment(client, work)
    write = command(
        name="write",
        command="echo ${{inputs.n}} > ${{outputs.out}}/n.txt",
        inputs={"n": Input(type="integer")},
        outputs={"out": Output(type="uri_folder")},
        environment=environment,
    )
    read = command(
        name="read",
        command="cat ${{inputs.data}}/n.txt ${{inputs.data}}/n.txt > ${{outputs.out}}/twice.txt",
        inputs={"data": Input(type="uri_folder")},
        outputs={"out": Output(type="uri_folder")},
        environment=environment,
    )

    @dsl.pipeline(compute="cpu-cluster")
    def two_steps(n):
        first = write(n=n)
        second = read(data=first.outputs.out)
        return {"result": second.outputs.out}

    job = client.jobs.create_or_update(two_steps(n=7), experiment_name="conformance")
    client.jobs.stream(job.name)
    assert client.jobs.get(job.name).status == "Completed"
    assert len(list(client.jobs.list(parent_job_name=job.name))) == 2
    client.jobs.download(job.name, output_name="result", download_path=str(work / "out"))
    assert [p.read_text().split() for p in (work / "out").rglob("twice.txt")] == [["7", "7"]]


SCORE = """import json, os
from pathlib import Path

def init():
    global factor
    factor = int(next(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("factor.txt")).read_text())
    print("factor", factor)

def run(data):
    return {"result": json.loads(data)["n"] * factor}
"""


@scenario
def online_endpoint_serves_two_deployments(client, work):
    from azure.ai.ml.entities import (
        CodeConfiguration,
        Environment,
        ManagedOnlineDeployment,
        ManagedOnlineEndpoint,
        Model,
    )

    name = unique("conf")
    endpoint = client.online_endpoints.begin_create_or_update(
        ManagedOnlineEndpoint(name=name, auth_mode="key", tags={"by": "conformance"})
    ).result()
    assert endpoint.scoring_uri and endpoint.provisioning_state == "Succeeded"
    code = folder(work, "score", score_py=SCORE)
    environment = client.environments.create_or_update(
        Environment(name="conf_inference", version="1", image=INFERENCE_IMAGE)
    )
    for deployment, factor in (("blue", "2"), ("green", "3")):
        made = client.online_deployments.begin_create_or_update(
            ManagedOnlineDeployment(
                name=deployment,
                endpoint_name=name,
                model=Model(name="conf_" + deployment, path=folder(work, deployment, factor_txt=factor), version="1"),
                code_configuration=CodeConfiguration(code=code, scoring_script="score.py"),
                environment=environment,
                instance_type="Standard_DS3_v2",
                instance_count=1,
            )
        ).result()
        assert made.provisioning_state == "Succeeded"
    endpoint.traffic = {"blue": 90, "green": 10}
    endpoint = client.online_endpoints.begin_create_or_update(endpoint).result()
    assert endpoint.traffic == {"blue": 90, "green": 10}
    request = work / "request.json"
    request.write_text('{"n": 5}')
    answers = [client.online_endpoints.invoke(name, request_file=str(request)) for _ in range(10)]
    assert sorted(json.loads(a)["result"] for a in answers) == [10] * 9 + [15], answers
    pinned = client.online_endpoints.invoke(name, request_file=str(request), deployment_name="green")
    assert json.loads(pinned) == {"result": 15}
    assert "factor 3" in client.online_deployments.get_logs("green", name, lines=100)
    keys = client.online_endpoints.get_keys(name)
    client.online_endpoints.begin_regenerate_keys(name, key_type="primary").result()
    changed = client.online_endpoints.get_keys(name)
    assert changed.primary_key != keys.primary_key and changed.secondary_key == keys.secondary_key
    green = client.online_deployments.get("green", name)
    green.instance_count = 2
    assert client.online_deployments.begin_create_or_update(green).result().instance_count == 2
    assert {d.name for d in client.online_deployments.list(name)} == {"blue", "green"}
    endpoint.traffic = {"blue": 100}
    client.online_endpoints.begin_create_or_update(endpoint).result()
    client.online_deployments.begin_delete("green", name).result()
    assert [d.name for d in client.online_deployments.list(name)] == ["blue"]
    client.online_endpoints.begin_delete(name).result()
    assert name not in [e.name for e in client.online_endpoints.list()]


@scenario
def endpoint_on_an_attached_cluster_serves(client, work):
    from azure.ai.ml.entities import (
        CodeConfiguration,
        Environment,
        KubernetesOnlineDeployment,
        KubernetesOnlineEndpoint,
        Model,
        ResourceRequirementsSettings,
        ResourceSettings,
    )

    assert client.compute.get("k8s-cluster").type == "kubernetes"
    name = unique("k8s")
    endpoint = client.online_endpoints.begin_create_or_update(
        KubernetesOnlineEndpoint(name=name, compute="k8s-cluster", auth_mode="key")
    ).result()
    assert endpoint.provisioning_state == "Succeeded" and endpoint.compute.endswith("/computes/k8s-cluster")
    made = client.online_deployments.begin_create_or_update(
        KubernetesOnlineDeployment(
            name="blue",
            endpoint_name=name,
            model=Model(name="k8s_blue", path=folder(work, "k8s_blue", factor_txt="4"), version="1"),
            code_configuration=CodeConfiguration(code=folder(work, "k8s_score", score_py=SCORE), scoring_script="score.py"),
            environment=client.environments.create_or_update(
                Environment(name="conf_inference", version="1", image=INFERENCE_IMAGE)
            ),
            instance_count=1,
            resources=ResourceRequirementsSettings(requests=ResourceSettings(cpu="0.1", memory="0.1Gi")),
        )
    ).result()
    assert made.provisioning_state == "Succeeded" and made.resources.requests.cpu == "0.1"
    endpoint.traffic = {"blue": 100}
    client.online_endpoints.begin_create_or_update(endpoint).result()
    request = work / "k8s_request.json"
    request.write_text('{"n": 5}')
    assert json.loads(client.online_endpoints.invoke(name, request_file=str(request))) == {"result": 20}
    client.online_endpoints.begin_delete(name).result()


@scenario
def deployment_that_cannot_start_fails_with_its_log(client, work):
    from azure.ai.ml.entities import CodeConfiguration, Environment, ManagedOnlineDeployment, ManagedOnlineEndpoint
    from azure.core.exceptions import HttpResponseError

    name = unique("conf")
    client.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name=name, auth_mode="aml_token")).result()
    assert client.online_endpoints.get_keys(name).access_token
    environment = client.environments.create_or_update(
        Environment(name="conf_inference", version="1", image=INFERENCE_IMAGE)
    )
    code = folder(work, "score", score_py="def init():\n    raise OSError('no weights')\n\n\ndef run(d):\n    return d\n")
    try:
        client.online_deployments.begin_create_or_update(
            ManagedOnlineDeployment(
                name="bad",
                endpoint_name=name,
                code_configuration=CodeConfiguration(code=code, scoring_script="score.py"),
                environment=environment,
                instance_type="Standard_DS3_v2",
                instance_count=1,
            )
        ).result()
        raise AssertionError("the deployment must fail")
    except HttpResponseError as error:
        assert "ResourceNotReady" in str(error), error
    assert client.online_deployments.get("bad", name).provisioning_state == "Failed"
    assert "no weights" in client.online_deployments.get_logs("bad", name, lines=100)
    client.online_endpoints.begin_delete(name).result()


@scenario
def packaged_model_is_deployed_without_code(client, work):
    from azure.ai.ml.entities import (
        AzureMLOnlineInferencingServer,
        BaseEnvironment,
        CodeConfiguration,
        Environment,
        ManagedOnlineDeployment,
        ManagedOnlineEndpoint,
        Model,
        ModelPackage,
    )

    model = client.models.create_or_update(
        Model(name="conf_packed", version="1", path=folder(work, "packed", factor_txt="4"))
    )
    environment = client.environments.create_or_update(
        Environment(name="conf_inference", version="1", image=INFERENCE_IMAGE)
    )
    package = client.models.package(
        model.name,
        model.version,
        ModelPackage(
            target_environment=unique("package"),
            inferencing_server=AzureMLOnlineInferencingServer(
                code_configuration=CodeConfiguration(code=folder(work, "score", score_py=SCORE), scoring_script="score.py")
            ),
            base_environment_source=BaseEnvironment(type="EnvironmentAsset", resource_id=environment.id),
        ),
    )
    name = unique("conf")
    client.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name=name, auth_mode="key")).result()
    client.online_deployments.begin_create_or_update(
        ManagedOnlineDeployment(
            name="packed", endpoint_name=name, environment=package, instance_type="Standard_DS3_v2", instance_count=1
        )
    ).result()
    request = work / "request.json"
    request.write_text('{"n": 5}')
    answer = client.online_endpoints.invoke(name, request_file=str(request), deployment_name="packed")
    assert json.loads(answer) == {"result": 20}
    client.online_endpoints.begin_delete(name).result()


@scenario
def batch_endpoint_scores_mini_batches(client, work):
    from azure.ai.ml import Input
    from azure.ai.ml.constants import BatchDeploymentOutputAction
    from azure.ai.ml.entities import (
        BatchEndpoint,
        BatchRetrySettings,
        CodeConfiguration,
        Model,
        ModelBatchDeployment,
        ModelBatchDeploymentSettings,
    )

    name = unique("conf")
    created = client.batch_endpoints.begin_create_or_update(BatchEndpoint(name=name, description="d")).result()
    assert created.name == name and name in [e.name for e in client.batch_endpoints.list()]
    code = folder(
        work,
        "batch",
        batch_py="import os\nfrom pathlib import Path\n\n"
        "def init():\n    global factor\n"
        "    factor = int(next(Path(os.environ['AZUREML_MODEL_DIR']).rglob('factor.txt')).read_text())\n\n"
        "def run(mini_batch):\n"
        "    return [f'{Path(f).name},{int(Path(f).read_text()) * factor},{len(mini_batch)}' for f in mini_batch]\n",
    )
    deployment = client.batch_deployments.begin_create_or_update(
        ModelBatchDeployment(
            name="rows",
            endpoint_name=name,
            model=Model(name="conf_batch", path=folder(work, "factor", factor_txt="10"), version="1"),
            code_configuration=CodeConfiguration(code=code, scoring_script="batch.py"),
            environment=plain_environment(client, work),
            compute="cpu-cluster",
            settings=ModelBatchDeploymentSettings(
                mini_batch_size=2,
                instance_count=1,
                max_concurrency_per_instance=1,
                output_action=BatchDeploymentOutputAction.APPEND_ROW,
                output_file_name="rows.csv",
                retry_settings=BatchRetrySettings(max_retries=1, timeout=30),
            ),
        )
    ).result()
    assert deployment.name == "rows"
    endpoint = client.batch_endpoints.get(name)
    endpoint.defaults.deployment_name = "rows"
    client.batch_endpoints.begin_create_or_update(endpoint).result()
    data = folder(work, "numbers", a_txt="1", b_txt="2", c_txt="3")
    job = client.batch_endpoints.invoke(endpoint_name=name, input=Input(type="uri_folder", path=data))
    client.jobs.stream(job.name)
    assert client.jobs.get(job.name).status == "Completed"
    assert [j.name for j in client.batch_endpoints.list_jobs(name)] == [job.name]
    step = next(iter(client.jobs.list(parent_job_name=job.name)))
    client.jobs.download(step.name, output_name="score", download_path=str(work / "scored"))
    rows = next((work / "scored").rglob("rows.csv")).read_text().splitlines()
    assert rows == ["a.txt,10,2", "b.txt,20,2", "c.txt,30,1"], rows
    client.batch_endpoints.begin_delete(name).result()
    assert name not in [e.name for e in client.batch_endpoints.list()]


@scenario
def computes_are_created_stopped_started_and_deleted(client, work):
    from azure.ai.ml.entities import AmlCompute, ComputeInstance

    cluster = "c" + uuid.uuid4().hex[:8]
    made = client.compute.begin_create_or_update(
        AmlCompute(name=cluster, size="Standard_DS3_v2", min_instances=0, max_instances=2)
    ).result()
    assert made.max_instances == 2
    instance = "i" + uuid.uuid4().hex[:8]
    client.compute.begin_create_or_update(ComputeInstance(name=instance, size="Standard_DS3_v2")).result()
    client.compute.begin_stop(instance).wait()
    assert client.compute.get(instance).state == "Stopped"
    client.compute.begin_start(instance).wait()
    assert client.compute.get(instance).state == "Running"
    assert {cluster, instance} <= {c.name for c in client.compute.list()}
    client.compute.begin_delete(cluster).wait()
    client.compute.begin_delete(instance).wait()
    assert not {cluster, instance} & {c.name for c in client.compute.list()}


@scenario
def schedules_are_created_switched_and_triggered(client, work):
    from azure.ai.ml import Input, command, dsl
    from azure.ai.ml.entities import CronTrigger, JobSchedule, RecurrencePattern, RecurrenceTrigger

    say = command(
        name="say", command="echo ${{inputs.n}}", inputs={"n": Input(type="integer")},
        environment=plain_environment(client, work),
    )

    @dsl.pipeline(compute="cpu-cluster", experiment_name="scheduled")
    def nightly(n):
        say(n=n)

    name = unique("sched")
    made = client.schedules.begin_create_or_update(
        JobSchedule(name=name, trigger=CronTrigger(expression="0 3 * * *", time_zone="UTC"), create_job=nightly(n=1))
    ).result()
    assert made.is_enabled and made.trigger.expression == "0 3 * * *"
    assert name in [s.name for s in client.schedules.list()]
    assert not client.schedules.begin_disable(name).result().is_enabled
    assert name not in [s.name for s in client.schedules.list()]
    assert client.schedules.begin_enable(name).result().is_enabled
    job = client.schedules.trigger(name).job_name
    wait_for("the triggered job", lambda: client.jobs.get(job).status == "Completed")
    weekly = RecurrenceTrigger(
        frequency="week", interval=1, schedule=RecurrencePattern(hours=10, minutes=[0], week_days=["monday"])
    )
    changed = client.schedules.begin_create_or_update(
        JobSchedule(name=name, trigger=weekly, create_job=nightly(n=1))
    ).result()
    assert changed.trigger.frequency.lower() == "week"
    client.schedules.begin_disable(name).result()
    client.schedules.begin_delete(name).result()


@scenario
def model_is_shared_with_a_registry(client, work):
    from azure.ai.ml.entities import Model, Registry, RegistryRegionDetails

    name = "reg" + uuid.uuid4().hex[:8]
    client.registries.begin_create(
        Registry(name=name, location="westeurope", replication_locations=[RegistryRegionDetails(location="westeurope")])
    ).result()
    assert client.registries.get(name).location == "westeurope"
    assert name in [r.name for r in client.registries.list()]
    client.models.create_or_update(Model(name="conf_share", version="1", path=folder(work, "shared", w_txt="weights")))
    shared = client.models.share(
        "conf_share", "1", share_with_name="released", share_with_version="3", registry_name=name
    )
    assert shared.version == "3" and shared.name == "released"
    there = client.for_registry(name)
    assert there.models.get("released", "3").type == "custom_model"
    there.models.download("released", "3", download_path=str(work / "back"))
    assert [p.read_text() for p in (work / "back").rglob("*.txt")] == ["weights"]
    direct = there.models.create_or_update(Model(name="direct", version="1", path=folder(work, "new", w_txt="new")))
    assert direct.version == "1"
    client.registries.begin_delete(name=name).wait()
