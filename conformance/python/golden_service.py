"""A service that only listens: answers what the official client asks for before it sends the request that counts."""

import base64
import json
import re
import time
from urllib.parse import unquote, urlparse

from azure.core.credentials import AccessToken
import requests
from azure.core.pipeline.transport import RequestsTransportResponse
from azure.core.rest import HttpRequest
from azure.core.rest._requests_basic import RestRequestsTransportResponse

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = "group"
WORKSPACE = "workspace"
RESOURCE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
BASE = f"{RESOURCE_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE}"
LOCATION = "westeurope"


class Captured(BaseException):
    """The request that counts has been made; nothing after it matters."""


class Credential:
    """Hands out tokens that nobody checks."""

    def get_token(self, *scopes, **kwargs):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        audience = scopes[0].rsplit("/.default", 1)[0]
        token = ".".join((part({"alg": "none"}), part({"aud": audience, "tid": SUBSCRIPTION, "oid": SUBSCRIPTION}), "eA"))
        return AccessToken(token, int(time.time()) + 3600)


def answer(request, status, body):
    """An answer made in this process, of the class that the caller expects."""
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json"
    response.reason = "OK" if status < 400 else "Not Found"
    response.url = request.url
    response._content = json.dumps(body).encode()
    response._content_consumed = True
    if not isinstance(request, HttpRequest):
        return RequestsTransportResponse(request, response)
    made = RestRequestsTransportResponse(request=request, internal_response=response)
    made.read()
    return made


class Service:
    """Records all that would change something."""

    def __init__(self):
        self.requests = []
        self.counts = lambda method, path: False
        # Collection and name of the asset that does not exist yet, because it is what is created.
        self.creates = None

    def send(self, transport, request, **kwargs):
        url = urlparse(request.url)
        path = unquote(url.path)
        body = _body(request)
        if request.method != "GET":
            self.requests.append({"method": request.method, "path": path, "body": body})
            if self.counts(request.method, path):
                raise Captured()
        return answer(request, *self._answer(request.method, path, body))

    def _answer(self, method, path, body):
        if method in ("PUT", "PATCH"):
            return 200, _stored(path, body)
        if path == BASE:
            return 200, _workspace()
        if match := re.fullmatch(re.escape(BASE) + r"/datastores/([^/]+)", path):
            return 200, _datastore(path, match.group(1))
        if match := re.fullmatch(re.escape(BASE) + r"/(online|batch)Endpoints/([^/]+)", path, re.IGNORECASE):
            return 200, _endpoint(path, match.group(2))
        if match := re.fullmatch(re.escape(BASE) + r"/(online|batch)Endpoints/([^/]+)/deployments/([^/]+)", path, re.IGNORECASE):
            return 200, _deployment(path, match.group(2), match.group(3))
        if match := re.fullmatch(re.escape(BASE) + r"/computes/([^/]+)", path):
            return 200, _compute(path, match.group(1))
        if (match := re.fullmatch(re.escape(BASE) + r"/data/([^/]+)", path)) and ("data", match.group(1)) != self.creates:
            return 200, _container(path, match.group(1))
        if match := re.fullmatch(re.escape(BASE) + r"/(models|environments|data|components|codes)/([^/]+)/versions", path):
            return 200, {"value": [_version(match.group(1), match.group(2), "latest")]}
        if match := re.fullmatch(re.escape(BASE) + r"/(models|environments|data)/([^/]+)/versions/([^/]+)", path):
            return 200, _version(*match.groups())
        if path.lower() == RESOURCE_GROUP.lower():
            return 200, {"id": path, "name": GROUP, "location": LOCATION}
        return 404, {"error": {"code": "ResourceNotFound", "message": f"{path} does not exist"}}


def _stored(path, body):
    stored = {"id": path, "name": path.rsplit("/", 1)[-1], "type": "", **(body if isinstance(body, dict) else {})}
    if re.search(r"/(models|environments|data|components)/", path) and isinstance(stored.get("properties"), dict):
        empty = {"tags": {}, "properties": {}, **({"flavors": {}} if "/models/" in path else {})}
        stored["properties"] = empty | stored["properties"]
    return stored


def _container(path, name):
    return {"id": path, "name": name, "type": "", "properties": {"latestVersion": "latest", "nextVersion": "next", "tags": {}, "properties": {}}}


def _compute(path, name):
    return {"id": path, "name": name, "type": "", "location": LOCATION, "properties": {"computeType": "AmlCompute", "provisioningState": "Succeeded", "properties": {"vmSize": "Standard_DS3_v2", "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 1}, "subnet": {"id": ""}}}}


def _deployment(path, endpoint, deployment):
    """Data collection is on, as monitoring without a dataset of its own needs it."""
    collections = {
        name: {"dataCollectionMode": "Enabled", "dataId": f"{BASE}/data/{endpoint}-{deployment}-{name}/versions/1", "samplingRate": 1.0}
        for name in ("model_inputs", "model_outputs", "app_traces")
    }
    return {
        "id": path,
        "name": deployment,
        "type": "",
        "location": LOCATION,
        "tags": {},
        "sku": {"name": "Default", "capacity": 1},
        "properties": {
            "endpointComputeType": "Managed",
            "instanceType": "Standard_DS3_v2",
            "provisioningState": "Succeeded",
            "scaleSettings": {"scaleType": "Default"},
            "properties": {},
            "environmentVariables": {},
            "dataCollector": {"collections": collections},
        },
    }


def _body(request):
    content = request.body if getattr(request, "body", None) is not None else getattr(request, "content", None)
    if content is None:
        return None
    text = content.decode() if isinstance(content, bytes) else content
    return json.loads(text) if isinstance(text, str) else None


def _workspace():
    return {
        "id": BASE,
        "name": WORKSPACE,
        "type": "Microsoft.MachineLearningServices/workspaces",
        "location": LOCATION,
        "identity": {"type": "SystemAssigned", "principalId": SUBSCRIPTION, "tenantId": SUBSCRIPTION},
        "properties": {
            "workspaceId": SUBSCRIPTION,
            "discoveryUrl": f"https://{LOCATION}.api.azureml.ms/discovery",
            "mlFlowTrackingUri": f"azureml://{LOCATION}.api.azureml.ms/mlflow/v1.0{BASE}",
        },
    }


def _datastore(path, name):
    return {
        "id": path,
        "name": name,
        "type": "Microsoft.MachineLearningServices/workspaces/datastores",
        "properties": {
            "datastoreType": "AzureBlob",
            "accountName": "account",
            "containerName": "container",
            "endpoint": "core.windows.net",
            "protocol": "https",
            "isDefault": name == "workspaceblobstore",
            "credentials": {"credentialsType": "None"},
            "tags": {},
            "properties": {},
        },
    }


def _endpoint(path, name):
    return {
        "id": path,
        "name": name,
        "type": "",
        "location": LOCATION,
        "tags": {},
        "kind": "Managed",
        "properties": {"authMode": "Key", "properties": {}, "traffic": {}, "provisioningState": "Succeeded"},
    }


def _version(collection, name, version):
    properties = {"tags": {}, "properties": {}, "isAnonymous": False, "isArchived": False}
    properties |= {
        "models": {"modelType": "custom_model", "modelUri": "azureml://datastores/workspaceblobstore/paths/m", "flavors": {}},
        "environments": {"image": "image"},
        "data": {"dataType": "uri_folder", "dataUri": "azureml://datastores/workspaceblobstore/paths/d"},
        "codes": {"codeUri": "https://account.blob.core.windows.net/container/code"},
        "components": {"componentSpec": {"name": name, "version": version, "type": "command", "command": "true", "environment": f"azureml:{BASE}/environments/e/versions/1"}},
    }[collection]
    return {"id": f"{BASE}/{collection}/{name}/versions/{version}", "name": version, "type": "", "properties": properties}
