#!/usr/bin/env python3
"""The requests of the official client for any folder of YAML files.

    golden.py DIR OUT

loads each YAML file of DIR with azure-ai-ml as ``az ml ... create --file`` does and writes, beside its name in OUT, one
JSON file: ``{kind, method, path, body, before}``, or ``{kind, refused}`` with the client's own message, or ``{kind:
"notASpec"}``. ``before`` holds the requests for anonymous assets that go ahead of the one that counts. The client runs in the folder of the file. Nothing is sent: a service inside this process answers (golden_service.py), and uploads end before the first
byte.

Normal form, so that two clients can be compared: the workspace is a placeholder; a local path stands for its upload
(``codes/local~src/versions/1``, ``LocalUpload/local/data``, relative to DIR); generated names are ``generated``; the
client's version is ``*``. DIR is copied first. Code, data and scripts that a YAML file points to and that are not there
get a stand-in, so that YAML can be compared without them; YAML files that are not there stay missing.
"""

import contextlib
import io
import json
import logging
import os
import re
import shutil
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

sys.dont_write_bytecode = True
os.environ["AZUREML_COMMON_RUNTIME_USE_INTERACTIVE_CAPABILITY"] = ""
os.environ["AZURE_EXTENSION_DIR"] = tempfile.mkdtemp()
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import yaml

import golden_local
from golden_kinds import kind_of
from golden_service import BASE, GROUP, LOCATION, RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE, Captured, Credential, Service

from azure.core.pipeline.transport import RequestsTransport

SERVICE = Service()
RequestsTransport.send = lambda transport, request, **kwargs: SERVICE.send(transport, request, **kwargs)

from azure.ai import ml
from azure.ai.ml import MLClient
from azure.ai.ml.entities import DataImport
from azure.ai.ml.entities import _load_functions as load

CLIENT = MLClient(Credential(), SUBSCRIPTION, GROUP, WORKSPACE, enable_telemetry=False)

# How each kind is loaded, sent, and told from what goes ahead of it.
KINDS = {
    "job": (load.load_job, lambda job: CLIENT.jobs.create_or_update(job), r"/jobs/[^/]+$"),
    "component": (load.load_component, lambda c: CLIENT.components.create_or_update(c), r"/components/(?!azureml_anonymous)[^/]+/versions/[^/]+$"),
    "model": (load.load_model, lambda m: CLIENT.models.create_or_update(m), r"/models/[^/]+/versions/[^/]+$"),
    "environment": (load.load_environment, lambda e: CLIENT.environments.create_or_update(e), r"/environments/[^/]+/versions/[^/]+$"),
    "data": (load.load_data, lambda d: CLIENT.data.create_or_update(d), r"/data/[^/]+/versions/[^/]+$"),
    "datastore": (load.load_datastore, lambda d: CLIENT.datastores.create_or_update(d), r"/datastores/[^/]+$"),
    "online-endpoint": (load.load_online_endpoint, lambda e: CLIENT.online_endpoints.begin_create_or_update(e), r"/onlineEndpoints/[^/]+$"),
    "online-deployment": (load.load_online_deployment, lambda d: CLIENT.online_deployments.begin_create_or_update(d), r"/onlineEndpoints/[^/]+/deployments/[^/]+$"),
    "batch-endpoint": (load.load_batch_endpoint, lambda e: CLIENT.batch_endpoints.begin_create_or_update(e), r"/batchEndpoints/[^/]+$"),
    "batch-deployment": (load.load_batch_deployment, lambda d: CLIENT.batch_deployments.begin_create_or_update(d), r"/batchEndpoints/[^/]+/deployments/[^/]+$"),
    "model-batch-deployment": (load.load_model_batch_deployment, lambda d: CLIENT.batch_deployments.begin_create_or_update(d), r"/batchEndpoints/[^/]+/deployments/[^/]+$"),
    "pipeline-component-batch-deployment": (load.load_pipeline_component_batch_deployment, lambda d: CLIENT.batch_deployments.begin_create_or_update(d), r"/batchEndpoints/[^/]+/deployments/[^/]+$"),
    "compute": (load.load_compute, lambda c: _compute(c), r"/computes/[^/]+$"),
    "schedule": (load.load_schedule, lambda s: CLIENT.schedules.begin_create_or_update(s), r"/schedules/[^/]+$"),
    "workspace": (load.load_workspace, lambda w: CLIENT.workspaces.begin_create(w), r"/deployments/[^/]+$"),
    "registry": (load.load_registry, lambda r: CLIENT.registries.begin_create(r), r"/registries/[^/]+$"),
    "connection": (load.load_connection, lambda c: CLIENT.connections.create_or_update(c), r"/connections/[^/]+$"),
    "data-import": (lambda file: load.load_common(DataImport, file), lambda d: CLIENT.data.import_data(d), r"/jobs/[^/]+$"),
    "feature-store": (load.load_feature_store, lambda f: CLIENT.feature_stores.begin_create(f), r"/deployments/[^/]+$"),
    "feature-set": (load.load_feature_set, lambda f: CLIENT.feature_sets.begin_create_or_update(f), r"/featuresets/[^/]+/versions/[^/]+$"),
    "feature-store-entity": (load.load_feature_store_entity, lambda f: CLIENT.feature_store_entities.begin_create_or_update(f), r"/featurestoreEntities/[^/]+/versions/[^/]+$"),
    "model-package": (load.load_model_package, lambda p: CLIENT.models.package("model", "1", p), r"/package$"),
    "serverless-endpoint": (load.load_serverless_endpoint, lambda e: CLIENT.serverless_endpoints.begin_create_or_update(e), r"/serverlessEndpoints/[^/]+$"),
    "marketplace-subscription": (load.load_marketplace_subscription, lambda m: CLIENT.marketplace_subscriptions.begin_create_or_update(m), r"/marketplaceSubscriptions/[^/]+$"),
    "capability-host": (load.load_capability_host, lambda c: CLIENT.capability_hosts.begin_create_or_update(c), r"/capabilityHosts/[^/]+$"),
}


def _compute(compute):
    """``az ml compute create`` creates, ``az ml compute attach`` attaches; the type says which one is meant."""
    if compute.type in ("virtualmachine", "kubernetes", "synapsespark"):
        return CLIENT.compute.begin_attach(compute)
    return CLIENT.compute.begin_create_or_update(compute)


def render(file, root):
    """What the official client makes of one file."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        return {"kind": "notASpec", "refused": one_line(e, root)}
    kind = kind_of(document)
    if kind is None:
        return {"kind": "notASpec"}
    loader, send, counts = KINDS[kind]
    SERVICE.requests = []
    SERVICE.creates = ({"model": "models", "environment": "environments", "component": "components"}.get(kind, kind), str(document.get("name")))
    SERVICE.counts = lambda method, path: bool(re.search(counts, path))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            send(loader(str(file)))
    except Captured:
        *before, last = SERVICE.requests
        return normal(kind, named(document, last), before, root)
    except Exception as e:
        if os.environ.get("GOLDEN_TRACE"):
            traceback.print_exc()
        return {"kind": kind, "refused": one_line(e, root)}
    return {"kind": kind, "refused": "the client sent nothing that counts"}


def named(document, request):
    """An asset without a name gets one that the client draws."""
    if document.get("name") is None:
        request["path"] = re.sub(r"/data/[0-9a-f-]{36}/versions/", "/data/generated/versions/", request["path"])
    return request


def normal(kind, last, before, root):
    """The request in normal form; see the top of this file."""
    if kind in ("workspace", "feature-store"):
        last = golden_local.workspace_deployment(last)
    requests, seen = [], set()
    for request in before:
        text = json.dumps(request, sort_keys=True)
        if request["method"] == "PUT" and text not in seen:
            seen.add(text)
            requests.append(request)
    requests.sort(key=lambda request: (request["path"], json.dumps(request, sort_keys=True)))
    result = {"kind": kind, **last}
    if requests:
        result["before"] = requests
    text = json.dumps(result, sort_keys=True)
    text = text.replace(golden_local.path_text(root), "{dir}")
    text = re.sub(r"sdk-v2-" + re.escape(ml.__version__), "sdk-v2-*", text)
    return json.loads(text)


def one_line(error, root):
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)) or type(error).__name__
    return re.sub(r"\s+", " ", text.replace(str(root), "{dir}").replace(sys.prefix, "{python}"))[:600]


def yaml_files(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml") and path.is_file())


def main(source, out):
    source, out = Path(source).resolve(), Path(out).resolve()
    work = Path(tempfile.mkdtemp(prefix="golden")).resolve()
    root = work / source.name
    counts = {}
    try:
        shutil.copytree(source, root)
        golden_local.install(root)
        for file in yaml_files(root):
            name = file.relative_to(root)
            os.chdir(file.parent)
            with golden_local.stand_ins(root):
                result = render(file, root)
            target = out / (str(name) + ".json")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
            score = counts.setdefault(result["kind"], [0, 0])
            score[0] += "body" in result
            score[1] += 1
    finally:
        os.chdir(out.parent)
        shutil.rmtree(work, ignore_errors=True)
    for kind, (accepted, total) in sorted(counts.items()):
        print(f"{kind}: {accepted} accepted of {total}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
