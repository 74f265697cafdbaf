"""Switches the cluster's Istio add-on on, as ``az aks mesh enable`` does; with nothing but the standard library."""

import json
import ssl
import time
import urllib.parse
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parents[3] / "target" / "emulator"
EMULATOR = json.loads((HOME / "emulator.json").read_text())
CREDENTIALS = json.loads((HOME / "credentials.json").read_text())


def call(method: str, path: str, body: bytes | None = None, **headers: str) -> dict:
    context = ssl.create_default_context(cafile=EMULATOR["certificate"])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(EMULATOR["https"] + path, body, headers, method=method)
    with opener.open(request, timeout=30) as answer:
        return json.load(answer)


def test_the_cluster_gets_istio():
    form = {
        "grant_type": "client_credentials",
        "client_id": CREDENTIALS["clientId"],
        "client_secret": CREDENTIALS["clientSecret"],
        "scope": "https://management.azure.com/.default",
    }
    token = call("POST", f"/{EMULATOR['tenantId']}/oauth2/v2.0/token", urllib.parse.urlencode(form).encode())["access_token"]
    path = (
        f"/subscriptions/{EMULATOR['subscriptionId']}/resourceGroups/{EMULATOR['resourceGroup']}"
        "/providers/Microsoft.ContainerService/managedClusters/aks-local?api-version=2025-05-01"
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    cluster = call("GET", path, **headers)
    cluster["properties"]["serviceMeshProfile"] = {"mode": "Istio"}
    call("PUT", path, json.dumps(cluster).encode(), **headers)
    limit = time.monotonic() + 30
    while call("GET", path, **headers)["properties"]["provisioningState"] != "Succeeded":
        assert time.monotonic() < limit
        time.sleep(0.1)
