"""What a YAML file is: by ``$schema``, else by ``type``, else by its shape. None when it is no spec of az ml."""

import re

JOB_TYPES = {"command", "sweep", "pipeline", "spark", "automl", "parallel", "import", "data_transfer", "finetuning", "distillation"}
TYPES = {
    "custom_model": "model", "mlflow_model": "model", "triton_model": "model",
    "uri_file": "data", "uri_folder": "data", "mltable": "data",
    "azure_blob": "datastore", "azure_file": "datastore", "azure_data_lake_gen1": "datastore",
    "azure_data_lake_gen2": "datastore", "one_lake": "datastore", "hdfs": "datastore",
    "amlcompute": "compute", "computeinstance": "compute", "virtualmachine": "compute", "kubernetes": "compute",
    "synapsespark": "compute",
    "azure_openai": "connection", "azure_open_ai": "connection", "azure_ai_services": "connection", "cognitive_service": "connection",
    "cognitive_search": "connection", "azure_ai_search": "connection", "azure_content_safety": "connection",
    "azure_speech_services": "connection", "git": "connection", "python_feed": "connection",
    "container_registry": "connection", "feature_store": "connection", "s3": "connection", "snowflake": "connection",
    "azure_sql_db": "connection", "azure_synapse_analytics": "connection", "azure_my_sql_db": "connection",
    "azure_postgres_db": "connection", "open_ai": "connection", "serp": "connection", "serverless": "connection",
    "api_key": "connection", "custom": "connection", "generic_container_registry": "connection",
    "azure_data_lake_gen_2": "connection", "azure_one_lake": "connection", "azure_blob_connection": "connection",
    "promptflow_parallel": "component",
}
# Names in $schema, without '.schema.json', in lower case.
SCHEMAS = {
    "commandjob": "job", "sweepjob": "job", "pipelinejob": "job", "sparkjob": "job", "automljob": "job",
    "paralleljob": "job", "importjob": "job", "datatransferjob": "job", "finetuningjob": "job", "distillationjob": "job",
    "commandcomponent": "component", "pipelinecomponent": "component", "parallelcomponent": "component",
    "sparkcomponent": "component", "datatransfercomponent": "component", "importcomponent": "component",
    "automlcomponent": "component",
    "model": "model", "environment": "environment", "data": "data", "asset": "data", "dataimport": "data-import",
    "azureblob": "datastore", "azurefile": "datastore", "azuredatalakegen1": "datastore",
    "azuredatalakegen2": "datastore", "onelake": "datastore",
    "managedonlineendpoint": "online-endpoint", "kubernetesonlineendpoint": "online-endpoint",
    "onlineendpoint": "online-endpoint",
    "managedonlinedeployment": "online-deployment", "kubernetesonlinedeployment": "online-deployment",
    "onlinedeployment": "online-deployment",
    "batchendpoint": "batch-endpoint", "batchdeployment": "batch-deployment",
    "modelbatchdeployment": "model-batch-deployment",
    "pipelinecomponentbatchdeployment": "pipeline-component-batch-deployment",
    "amlcompute": "compute", "computeinstance": "compute", "virtualmachine": "compute", "virtualmachinecompute": "compute",
    "kubernetescompute": "compute", "synapsesparkcompute": "compute", "attachedsynapsespark": "compute",
    "schedule": "schedule", "jobschedule": "schedule", "monitorschedule": "schedule", "dataimportschedule": "schedule",
    "workspace": "workspace", "hub": "workspace", "project": "workspace", "registry": "registry",
    "connection": "connection", "workspaceconnection": "connection",
    "featurestore": "feature-store", "featureset": "feature-set", "featurestoreentity": "feature-store-entity",
    "modelversionpackage": "model-package", "modelpackage": "model-package",
    "serverlessendpoint": "serverless-endpoint", "marketplacesubscription": "marketplace-subscription",
    "capabilityhost": "capability-host",
}
# What lies beside specs and says so.
OTHERS = {"flow", "run", "prompt", "identity", "inferenceschema"}
# 'az ml batch-deployment create' reads the type first.
BATCH = {"model": "model-batch-deployment", "pipeline": "pipeline-component-batch-deployment"}


def kind_of(document):
    """The kind, or None."""
    if not isinstance(document, dict):
        return None
    schema = document.get("$schema")
    if isinstance(schema, str):
        name = re.sub(r"(\.schema)?\.json$", "", schema.strip().rsplit("/", 1)[-1]).lower()
        kind = SCHEMAS.get(name)
        if kind is not None and kind.endswith("batch-deployment"):
            return BATCH.get(str(document.get("type")), "batch-deployment")
        if kind is not None or name in OTHERS:
            return kind
    declared = document.get("type")
    if isinstance(declared, str):
        word = declared.lower()
        if word in JOB_TYPES:
            return "component" if _is_component(document) else "job"
        if word == "managed" and "endpoint_name" in document:
            return "online-deployment"
        if word in ("model", "pipeline") and "endpoint_name" in document:
            return BATCH[word]
        if word in TYPES:
            return TYPES[word]
    return _by_shape(document)


def _by_shape(document):
    def has(*keys):
        return all(key in document for key in keys)

    if has("jobs"):
        return "job"
    if has("trigger"):
        return "schedule"
    if has("endpoint_name"):
        return "batch-deployment" if has("compute") or has("component") or has("job_definition") else "online-deployment"
    if has("traffic") or document.get("auth_mode") in ("key", "aml_token"):
        return "online-endpoint"
    if isinstance(document.get("defaults"), dict) and "deployment_name" in document["defaults"]:
        return "batch-endpoint"
    if has("command", "environment"):
        return "component" if _is_component(document) else "job"
    if has("task", "training_data"):
        return "job"
    if has("replication_locations"):
        return "registry"
    if has("name", "model_id"):
        return "serverless-endpoint"
    if has("name") and (has("image") or isinstance(document.get("build"), dict)):
        return "environment"
    return None


def _is_component(document):
    inputs = document.get("inputs")
    declared = isinstance(inputs, dict) and any(
        isinstance(value, dict)
        and ("default" in value or "optional" in value or value.get("type") in ("string", "number", "integer", "boolean"))
        for value in inputs.values()
    )
    return declared or "version" in document or "is_deterministic" in document
