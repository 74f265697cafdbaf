"""Local content: stands in for what is not there, and keeps the official client from uploading anything."""

import contextlib
import importlib
import json
import os
import re
import shutil
from pathlib import Path

import yaml

from golden_service import BASE, GROUP, SUBSCRIPTION, WORKSPACE

SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:|git\+|\$\{\{|/subscriptions/)")
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
_made = []
_includes = {}


def path_text(root):
    return json.dumps(str(root))[1:-1]


def ensure(path, root, folder=None):
    """Makes a stand-in unless something is there. YAML files are never made up."""
    path = Path(os.path.normpath(path))
    if path.exists() or path.suffix in (".yml", ".yaml") or root.parent not in path.parents:
        return
    # What the client takes for a file although it names an asset is on nobody's disk.
    if any(part.startswith("azureml:") for part in path.parts):
        return
    folder = path.suffix == "" and path.name != "Dockerfile" if folder is None else folder
    top = path
    while not top.parent.exists():
        top = top.parent
    _made.append(top)
    if folder:
        path.mkdir(parents=True)
        (path / "stand-in.txt").write_text("stand-in\n")
        (path / "MLTable").write_text("paths: []\n")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCRIPT if path.suffix == ".py" else "stand-in\n")


@contextlib.contextmanager
def stand_ins(root):
    """What is made for one file is gone before the next, which may expect it missing or of another form."""
    _includes.clear()
    try:
        yield
    finally:
        for path in reversed(_made):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        _made.clear()


def relative(path, root):
    return os.path.relpath(os.path.normpath(path), root).replace(os.sep, "/")


def install(root):
    """Puts this module between the client and the disk."""
    _local_paths(root)
    _uploads(root)
    _codes(root)
    _names()
    _older_models()


def _local_paths(root):
    from azure.ai.ml._schema.core.fields import LocalPathField

    resolve = LocalPathField._resolve_path

    def resolving(self, value):
        text = str(value)
        if not SCHEME.match(text) and "\n" not in text and text:
            only = None if self._allow_dir and self._allow_file else self._allow_dir
            ensure(Path(self.context["base_path"]) / text, root, only)
        return resolve(self, value)

    LocalPathField._resolve_path = resolving

    from azure.ai.ml.operations._job_operations import JobOperations
    from azure.ai.ml.operations._component_operations import ComponentOperations  # noqa: F401

    resolve_input = JobOperations._resolve_job_input

    def resolving_input(self, entry, base_path):
        path = getattr(entry, "path", None)
        if isinstance(path, (str, os.PathLike)) and path and not SCHEME.match(str(path)) and "@" not in str(path):
            kind = getattr(entry, "type", None)
            folder = True if kind in ("uri_folder", "mltable", "mlflow_model") else False if kind == "uri_file" else None
            ensure(Path(base_path or ".") / path, root, folder)
        return resolve_input(self, entry, base_path)

    JobOperations._resolve_job_input = resolving_input

    from azure.ai.ml.entities._builders.spark import Spark

    entry_exists = Spark._validate_entry_exist

    def spark_entry(self):
        code, entry = self.component.code if hasattr(self.component, "code") else None, self.entry
        if isinstance(code, (str, os.PathLike)) and not SCHEME.match(str(code)) and getattr(entry, "entry", None):
            base = getattr(self.component, "base_path", None) or self._base_path or "."
            ensure(Path(base) / code / entry.entry, root, False)
        return entry_exists(self)

    Spark._validate_entry_exist = spark_entry

    from azure.ai.ml.operations import _batch_deployment_operations, _online_deployment_operations

    for module in (_batch_deployment_operations, _online_deployment_operations):
        _scripts(module, root)


def _scripts(module, root):
    validate = module.validate_scoring_script

    def validating(deployment):
        code = deployment.code_configuration
        if code.scoring_script and not SCHEME.match(str(code.code)):
            ensure(Path(deployment.base_path or ".") / code.code / code.scoring_script, root, False)
        return validate(deployment)

    module.validate_scoring_script = validating


def _uploads(root):
    from azure.ai.ml._artifacts import _artifact_utilities as artifacts
    from azure.ai.ml.entities._assets import environment
    from azure.ai.ml.entities._assets._artifacts import data, model
    from azure.ai.ml.entities._assets._artifacts.artifact import ArtifactStorageInfo
    from azure.ai.ml.operations import _data_operations

    def upload(operation_scope, datastore_operation, path, artifact_type, datastore_name=None, **kwargs):
        ensure(path, root)
        artifacts._validate_path(path, _type=artifact_type)
        name = artifacts._get_datastore_name(datastore_name=datastore_name)
        return ArtifactStorageInfo(
            name=kwargs.get("asset_name"),
            version=kwargs.get("asset_version") or "1",
            relative_path=f"LocalUpload/local/{relative(path, root)}",
            datastore_arm_id=artifacts.get_datastore_arm_id(name, operation_scope),
            container_name="container",
            storage_account_url="https://account.blob.core.windows.net",
            is_file=Path(path).is_file(),
            indicator_file=None,
        )

    artifacts._upload_to_datastore = upload
    environment.yaml = _PlainYaml
    for module in (environment, data, model):
        if hasattr(module, "get_object_hash"):
            hash_of(module, root)
    validate = _data_operations.DataOperations._validate

    def validating(self, asset):
        if asset.path and not SCHEME.match(str(asset.path)):
            ensure(Path(asset.base_path or ".") / asset.path, root, {"uri_file": False, "uri_folder": True, "mltable": True}.get(asset.type))
        return validate(self, asset)

    _data_operations.DataOperations._validate = validating


class _PlainYaml:
    """Writes models as the mappings they are: the names of the client's own classes are none of the request."""

    @staticmethod
    def dump(value, **kwargs):
        return yaml.dump(value.as_dict() if hasattr(value, "as_dict") else value, **kwargs)

    safe_load = staticmethod(yaml.safe_load)


def hash_of(module, root):
    """Content is not compared here, so a path stands for its hash."""
    ignore = module.get_ignore_file

    def ignoring(path):
        ensure(path, root)
        return ignore(path)

    module.get_ignore_file = ignoring
    module.get_object_hash = lambda path, *args: "hash of " + relative(path, root)


def _codes(root):
    from azure.ai.ml.entities._component.code import ComponentCodeMixin
    from azure.ai.ml.operations._code_operations import CodeOperations

    build = ComponentCodeMixin._build_code

    @contextlib.contextmanager
    def building(self):
        includes = [str(include) for include in getattr(self, "additional_includes", None) or []]
        base = Path(getattr(self, "base_path", None) or ".")
        for include in includes:
            if not SCHEME.match(include):
                ensure(base / include, root)
        with build(self) as code:
            if code is not None and includes:
                origin = self._get_origin_code_value()
                parts = [relative(base / part, root) for part in ([origin] if origin else []) + includes]
                _includes[str(code.path)] = "+".join(parts)
            yield code

    ComponentCodeMixin._build_code = building

    from azure.ai.ml.entities._component._additional_includes import AdditionalIncludes

    validate = AdditionalIncludes._validate_local_additional_include_config

    def validating(self, local_path, config_info=None):
        ensure(Path(self.base_path) / local_path, root)
        return validate(self, local_path, config_info)

    AdditionalIncludes._validate_local_additional_include_config = validating

    def create(self, code):
        path = Path(code.path)
        if not path.is_absolute():
            path = Path(code.base_path) / path
        if not SCHEME.match(str(code.path)):
            ensure(path, root)
        name = _includes.get(str(code.path)) or relative(path, root)
        code._id = f"{BASE}/codes/local~{name.replace('/', '~')}/versions/1"
        return code

    CodeOperations.create_or_update = create


def _names():
    """Names that the client makes up."""
    from azure.ai.ml.entities._job import to_rest_functions
    from azure.ai.ml.operations import _workspace_operations_base as workspaces

    to_rest_functions.generate_job_name = lambda: "generated"
    workspaces.get_name_for_dependent_resource = lambda prefix, suffix: f"generated-{suffix}"


def _older_models():
    """Some entities of the client still make models of its older generation, which its newer one cannot write."""
    from azure.ai.ml._restclient.arm_ml_service import _utils as arm
    from azure.ai.ml._restclient.v2024_10_01_preview_tsp import _utils as preview

    for package in (arm, preview):
        encoder = importlib.import_module(package.__name__ + ".model_base").SdkJSONEncoder
        encoder.default = _with_older(encoder.default)


def _with_older(default):
    def encode(self, value):
        return value.serialize() if hasattr(value, "_attribute_map") and hasattr(value, "serialize") else default(self, value)

    return encode


def workspace_deployment(request):
    """Of an ARM deployment what the YAML decides: the parameters. The template is a file of the client."""
    properties = request["body"]["properties"]
    parameters = {
        key: value["value"] if isinstance(value, dict) and set(value) == {"value"} else value
        for key, value in properties.get("parameters", {}).items()
    }
    for key in ("offline_store_connection_name", "online_store_connection_name", "materialization_identity_name"):
        value = parameters.get(key)
        if isinstance(value, str):
            parameters[key] = re.sub(r"(?<=StoreConnectionName-)[0-9a-f]{8}$|(?<=^materialization-uai-)[0-9a-f]{32}$", "generated", value)
    return {"method": request["method"], "path": request["path"].rsplit("/", 1)[0] + "/generated", "body": parameters}
