"""What users of azure-ai-ml do with assets over their lives, in a workspace and in a registry."""

import uuid
from pathlib import Path

from scenarios import IMAGE, folder, plain_environment, scenario, unique


def registry_of(client):
    """The scenario's registry, by its client."""
    from azure.ai.ml.entities import Registry, RegistryRegionDetails

    name = "reg" + uuid.uuid4().hex[:8]
    regions = [RegistryRegionDetails(location="westeurope")]
    client.registries.begin_create(Registry(name=name, location="westeurope", replication_locations=regions)).result()
    return name, client.for_registry(name)


def versions(operations, name):
    return sorted(v.version for v in operations.list(name=name))


def archived_and_restored(operations, name, version):
    """A version, then the whole asset, goes out of the lists and comes back."""
    operations.archive(name, version=version)
    assert version not in versions(operations, name)
    operations.restore(name, version=version)
    assert version in versions(operations, name)
    operations.archive(name)
    assert name not in [a.name for a in operations.list()]
    operations.restore(name)
    assert name in [a.name for a in operations.list()]


@scenario
def models_have_stages_labels_and_are_changed(client, work):
    from azure.ai.ml.constants import ListViewType
    from azure.ai.ml.entities import Model

    name = unique("staged")
    for stage in ("Development", "Production"):
        client.models.create_or_update(Model(name=name, path=folder(work, stage, w_txt=stage), stage=stage))
    assert [m.version for m in client.models.list(name=name, stage="Production")] == ["2"]
    changed = client.models.get(name, "1")
    changed.tags, changed.description = {"q": "r"}, "described"
    client.models.create_or_update(changed)
    assert (client.models.get(name, "1").tags, client.models.get(name, "1").description) == ({"q": "r"}, "described")
    archived_and_restored(client.models, name, "1")
    client.models.archive(name, label="latest")
    assert versions(client.models, name) == ["1"]
    assert [m.version for m in client.models.list(name=name, list_view_type=ListViewType.ARCHIVED_ONLY)] == ["2"]


@scenario
def environments_are_numbered_anonymous_and_restored(client, work):
    from azure.ai.ml.entities import Environment

    name = unique("env")
    assert client.environments.create_or_update(Environment(name=name, image=IMAGE)).version == "1"
    assert client.environments.create_or_update(Environment(name=name, image=IMAGE + ":2")).version == "2"
    assert client.environments.get(name, label="latest").image == IMAGE + ":2"
    archived_and_restored(client.environments, name, "1")
    anonymous = client.environments.create_or_update(Environment(image=IMAGE))
    assert client.environments.get(anonymous.name, anonymous.version).image == IMAGE


@scenario
def data_is_a_table_a_path_or_on_the_web(client, work):
    from azure.ai.ml.entities import Data

    table = Path(folder(work, "table"))
    (table / "MLTable").write_text("type: mltable\npaths:\n  - file: ./a.csv\n")
    (table / "a.csv").write_text("1")
    name = unique("table")
    assert client.data.create_or_update(Data(name=name, path=str(table), type="mltable")).version == "1"
    archived_and_restored(client.data, name, "1")
    there = "azureml://datastores/workspaceblobstore/paths/x/y.csv"
    assert client.data.create_or_update(Data(name=unique("there"), path=there, type="uri_file")).path.endswith("x/y.csv")
    web = "https://example.org/y.csv"
    assert client.data.create_or_update(Data(name=unique("web"), path=web, type="uri_file")).path == web


@scenario
def components_are_numbered_found_without_version_and_downloaded(client, work):
    from azure.ai.ml import command, dsl

    plain_environment(client, work, "conf_comp_env2")
    name = unique("comp").replace("-", "_")
    make = lambda text: command(name=name, command=text, environment="azureml:conf_comp_env2:1").component
    assert client.components.create_or_update(make("echo 1")).version == "1"
    assert client.components.create_or_update(make("echo 2")).version == "2"
    assert client.components.get(name).command == "echo 2"
    archived_and_restored(client.components, name, "1")
    client.components.download(name, version="2", download_path=str(work / "back"))
    assert "echo 2" in (work / "back" / "component_spec.yaml").read_text()
    step = client.components.get(name, "1")

    @dsl.pipeline(name=name + "_pipeline", version="1")
    def whole():
        step()

    assert client.components.create_or_update(whole().component).type == "pipeline"


@scenario
def registry_has_every_kind_of_asset_and_a_job_uses_them(client, work):
    from azure.ai.ml import Output, command, dsl
    from azure.ai.ml.entities import BuildContext, Data, Environment, Model

    name, there = registry_of(client)
    conda = work / "conda.yml"
    conda.write_text("dependencies:\n  - python>=3.10\n  - pip\n")
    there.environments.create_or_update(Environment(name="renv", version="1", image=IMAGE, conda_file=str(conda)))
    assert there.environments.get("renv", "1").id == f"azureml://registries/{name}/environments/renv/versions/1"
    context = folder(work, "context")
    (Path(context) / "Dockerfile").write_text("FROM scratch\n")
    built = there.environments.create_or_update(Environment(name="built", version="1", build=BuildContext(path=context)))
    assert built.build.path.endswith("/context/"), built.build.path
    file = work / "d.csv"
    file.write_text("1,2")
    there.data.create_or_update(Data(name="rdata", version="1", path=str(file), type="uri_file"))
    assert there.data.get("rdata", label="latest").type == "uri_file"
    there.models.create_or_update(Model(name="rmodel", version="1", path=folder(work, "m", w_txt="w")))
    code = folder(work, "code", say_py="print('from a registry')")
    component = command(
        name="rcomp",
        version="1",
        code=code,
        command="python say.py > ${{outputs.o}}/said.txt",
        outputs={"o": Output(type="uri_folder")},
        environment=f"azureml://registries/{name}/environments/renv/versions/1",
    ).component
    there.components.create_or_update(component)
    step = there.components.get("rcomp", "1")

    @dsl.pipeline(compute="cpu-cluster")
    def uses():
        return {"said": step().outputs.o}

    job = client.jobs.create_or_update(uses())
    client.jobs.stream(job.name)
    client.jobs.download(job.name, output_name="said", download_path=str(work / "out"))
    assert [p.read_text() for p in (work / "out").rglob("said.txt")] == ["from a registry\n"]
    for operations, asset in (
        (there.environments, "renv"), (there.data, "rdata"), (there.models, "rmodel"), (there.components, "rcomp")
    ):
        operations.archive(asset, version="1")
        assert versions(operations, asset) == []
        operations.restore(asset, version="1")
        assert versions(operations, asset) == ["1"] and asset in [a.name for a in operations.list()]
    client.registries.begin_delete(name=name).wait()
    assert name not in [r.name for r in client.registries.list()]


@scenario
def environment_and_data_are_shared_with_a_registry(client, work):
    from azure.ai.ml.entities import Data

    name, there = registry_of(client)
    plain_environment(client, work, "conf_share_env")
    client.environments.share(
        "conf_share_env", "1", share_with_name="env", share_with_version="2", registry_name=name
    )
    assert there.environments.get("env", "2").image == IMAGE
    file = work / "d.csv"
    file.write_text("1,2")
    client.data.create_or_update(Data(name="conf_share_data", version="1", path=str(file), type="uri_file"))
    client.data.share("conf_share_data", "1", share_with_name="data", share_with_version="2", registry_name=name)
    assert there.data.get("data", "2").type == "uri_file"
    changed = client.registries.get(name)
    changed.tags = {"z": "y"}
    assert client.registries.begin_create(changed).result().tags == {"z": "y"}
    client.registries.begin_delete(name=name).wait()
