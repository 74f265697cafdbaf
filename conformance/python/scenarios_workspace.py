"""What users of azure-ai-ml do with a workspace itself: hubs, keys, datastores, connections, computes, jobs' bookkeeping."""

import uuid

from scenarios import folder, plain_environment, scenario, unique, wait_for


@scenario
def workspace_is_updated_diagnosed_and_its_keys_are_synchronised(client, work):
    from azure.ai.ml.entities import Workspace

    name = client.workspace_name
    changed = client.workspaces.begin_update(Workspace(name=name, tags={"x": "y"}, description="changed")).result()
    assert changed.tags["x"] == "y" and client.workspaces.get(name).description == "changed"
    client.workspaces.begin_sync_keys(name).result()
    assert client.workspaces.begin_diagnose(name).result().storage_account_results == []


@scenario
def hub_has_a_project(client, work):
    from azure.ai.ml.entities import Hub, Project

    hub = "h" + uuid.uuid4().hex[:8]
    made = client.workspaces.begin_create(Hub(name=hub, location="westeurope")).result()
    assert made.storage_account and made._kind == "hub", made._kind
    project = client.workspaces.begin_create(Project(name=hub + "p", location="westeurope", hub_id=made.id)).result()
    assert client.workspaces.get(project.name).hub_id.lower() == made.id.lower()
    client.workspaces.begin_delete(project.name, delete_dependent_resources=False).wait()
    client.workspaces.begin_delete(hub, delete_dependent_resources=False).wait()
    assert hub not in [w.name for w in client.workspaces.list()]


@scenario
def datastores_of_every_kind_are_attached_read_and_detached(client, work):
    """By the client's generated operations: ``datastores.create_or_update`` of azure-ai-ml 1.34.0 hands its model to a
    serialiser that does not know it (``Object of type Datastore is not JSON serializable``), before any request."""
    from azure.ai.ml import entities as e

    name = lambda kind: (kind + uuid.uuid4().hex[:6]).lower()
    key = e.AccountKeyConfiguration(account_key="a2V5")
    principal = e.ServicePrincipalConfiguration(tenant_id="t", client_id="c", client_secret="s")
    made = [
        e.AzureBlobDatastore(name=name("blob"), account_name="acc", container_name="cont", credentials=key, tags={"a": "b"}),
        e.AzureBlobDatastore(
            name=name("sas"), account_name="acc", container_name="c", credentials=e.SasTokenConfiguration(sas_token="?sig=x")
        ),
        e.AzureBlobDatastore(name=name("open"), account_name="acc", container_name="cont"),
        e.AzureFileDatastore(name=name("file"), account_name="acc", file_share_name="share", credentials=key),
        e.AzureDataLakeGen2Datastore(name=name("gen2"), account_name="acc", filesystem="fs", credentials=principal),
        e.AzureDataLakeGen1Datastore(name=name("gen1"), store_name="store", credentials=principal),
    ]
    for datastore in made:
        client.datastores._operation.create_or_update(
            name=datastore.name,
            resource_group_name=client.resource_group_name,
            workspace_name=client.workspace_name,
            body=datastore._to_rest_object().serialize(),
            skip_validation=True,
        )
        read = client.datastores.get(datastore.name)
        assert type(read) is type(datastore) and read.tags == (datastore.tags or {}), read
    # A secret comes out when it is asked for, and only then.
    assert not getattr(client.datastores.get(made[0].name).credentials, "account_key", None)
    assert client.datastores.get(made[0].name, include_secrets=True).credentials.account_key == "a2V5"
    assert client.datastores.get(made[1].name, include_secrets=True).credentials.sas_token == "?sig=x"
    assert {d.name for d in made} <= {d.name for d in client.datastores.list()}
    for datastore in made:
        client.datastores.delete(datastore.name)
    assert not {d.name for d in made} & {d.name for d in client.datastores.list()}


@scenario
def connections_keep_their_secrets(client, work):
    from azure.ai.ml import entities as e

    git, registry, key = unique("git"), unique("acr"), unique("key")
    client.connections.create_or_update(
        e.WorkspaceConnection(
            name=git, type="git", target="https://github.com/o/r", credentials=e.PatTokenConfiguration(pat="hidden")
        )
    )
    client.connections.create_or_update(
        e.WorkspaceConnection(
            name=registry,
            type="container_registry",
            target="r.azurecr.io",
            credentials=e.UsernamePasswordConfiguration(username="u", password="p"),
        )
    )
    made = client.connections.create_or_update(e.ServerlessConnection(name=key, endpoint="https://x.example", api_key="k1"))
    assert made.name == key and not getattr(made.credentials, "key", None)
    assert client.connections.get(key, populate_secrets=True).credentials.key == "k1"
    found = client.connections.get(git)
    assert found.type == "git" and found.target == "https://github.com/o/r"
    assert {git, registry, key} <= {c.name for c in client.connections.list()}
    assert [c.name for c in client.connections.list(connection_type="git")] == [git]
    for name in (git, registry, key):
        client.connections.delete(name)
    assert not {git, registry, key} & {c.name for c in client.connections.list()}


@scenario
def computes_are_attached_changed_and_counted(client, work):
    from azure.ai.ml import entities as e

    assert "Standard_DS3_v2" in [s.name for s in client.compute.list_sizes()]
    assert "Standard_NC6s_v3" in [s.name for s in client.compute.list_sizes(compute_type="amlcompute")]
    used = lambda: {u.name["value"]: u.current_value for u in client.compute.list_usage()}["standardFSv2Family"]
    before, cluster = used(), "c" + uuid.uuid4().hex[:8]
    client.compute.begin_create_or_update(e.AmlCompute(name=cluster, size="Standard_F4s_v2", max_instances=3)).result()
    assert used() == before + 12
    changed = client.compute.get(cluster)
    changed.max_instances, changed.idle_time_before_scale_down = 5, 300
    assert client.compute.begin_update(changed).result().max_instances == 5
    assert client.compute.get(cluster).idle_time_before_scale_down == 300
    assert list(client.compute.list_nodes(cluster)) == []
    assert cluster in [c.name for c in client.compute.list(compute_type="AmlCompute")]
    instance = "i" + uuid.uuid4().hex[:8]
    client.compute.begin_create_or_update(e.ComputeInstance(name=instance, size="Standard_DS3_v2")).result()
    client.compute.enable_sso(name=instance, enable_sso=False)
    client.compute.begin_restart(instance).wait()
    assert client.compute.get(instance).state == "Running"
    machine = "v" + uuid.uuid4().hex[:8]
    group = f"/subscriptions/{client.subscription_id}/resourceGroups/{client.resource_group_name}"
    client.compute.begin_attach(
        e.VirtualMachineCompute(
            name=machine,
            resource_id=f"{group}/providers/Microsoft.Compute/virtualMachines/vm",
            ssh_settings=e.VirtualMachineSshSettings(admin_username="u", admin_password="p"),
        )
    ).result()
    client.compute.begin_delete(machine, action="Detach").wait()
    client.compute.begin_delete(cluster).wait()
    client.compute.begin_delete(instance).wait()
    assert not {machine, cluster, instance} & {c.name for c in client.compute.list()}


@scenario
def jobs_are_filtered_archived_described_and_downloaded_whole(client, work):
    from azure.ai.ml import Output, command
    from azure.ai.ml.constants import ListViewType

    job = client.jobs.create_or_update(
        command(
            command="echo kept > ${{outputs.o}}/f.txt && mkdir -p outputs && echo more > outputs/q.txt",
            outputs={"o": Output(type="uri_folder")},
            environment=plain_environment(client, work),
            compute="cpu-cluster",
            experiment_name="bookkeeping",
            tags={"k": "v"},
        )
    )
    assert client.jobs.validate(job).passed
    wait_for("the job", lambda: client.jobs.get(job.name).status == "Completed")
    assert client.jobs.show_services(job.name) is None
    changed = client.jobs.get(job.name)
    changed.tags, changed.display_name = {"new": "tag"}, "shown"
    client.jobs.create_or_update(changed)
    assert (client.jobs.get(job.name).tags, client.jobs.get(job.name).display_name) == ({"new": "tag"}, "shown")
    client.jobs.archive(job.name)
    assert job.name not in [j.name for j in client.jobs.list()]
    assert job.name in [j.name for j in client.jobs.list(list_view_type=ListViewType.ARCHIVED_ONLY)]
    client.jobs.restore(job.name)
    assert job.name in [j.name for j in client.jobs.list(list_view_type=ListViewType.ALL)]
    # Not of a model output: there azure-ai-ml 1.34.0 fails on its own (BatchGetResolvedUrisDto takes no "values").
    client.jobs.download(job.name, download_path=str(work / "all"), all=True)
    files = {str(p.relative_to(work / "all")) for p in (work / "all").rglob("*.txt")}
    assert {"artifacts/outputs/q.txt", "artifacts/user_logs/std_log.txt", "named-outputs/o/f.txt"} <= files, files
