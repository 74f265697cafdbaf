#!/usr/bin/env python3
"""Drives the emulator's Kubernetes API with kubectl, unmodified; prints each step and, last, ``n passed, m failed``.

kubectl is the one on PATH (Debian: ``apt-get install kubernetes-client``), or what KUBECTL names.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
import types
import urllib.parse
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True

from az_cli import push, wait_for
from emulator import Emulator

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: greeter, namespace: models}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: greeter}}}}
  template:
    metadata: {{labels: {{app: {label}}}}}
    spec:
      containers:
      - name: greeter
        image: {image}
        ports: [{{containerPort: 8080}}]
        readinessProbe: {{httpGet: {{path: /, port: 8080}}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {{name: greeter, namespace: models}}
spec: {{selector: {{app: greeter}}, ports: [{{port: 8080, targetPort: 8080}}]}}
"""

ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: greeter, namespace: models}}
spec:
  parentRefs: [{{name: gateway, namespace: kube-system}}]
  rules:
  - matches: [{{path: {{type: PathPrefix, value: /greet}}}}]
    backendRefs: [{{name: {service}, port: 8080}}]
"""


class Kubectl:
    def __init__(self, program: str, config: Path, image: str, folder: Path) -> None:
        self.program, self.image, self.folder = program, image, folder
        self.environment = {**os.environ, "KUBECONFIG": str(config), "HOME": str(folder), "NO_PROXY": "localhost,127.0.0.1"}

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.program, *arguments], env=self.environment, input=given, capture_output=True, text=True, timeout=90
        )

    def __call__(self, *arguments: str, given: str = "") -> str:
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)} -> {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def refused(self, *arguments: str, given: str = "") -> str:
        done = self.run(*arguments, given=given)
        assert done.returncode, f"kubectl {' '.join(arguments)} was not refused: {done.stdout}"
        return done.stderr

    def deployment(self, replicas: int = 1, label: str = "greeter") -> str:
        return DEPLOYMENT.format(replicas=replicas, label=label, image=self.image)


def discovery(kubectl: Kubectl) -> None:
    assert json.loads(kubectl("version", "-o", "json"))["serverVersion"]["major"] == "1"
    kinds = kubectl("api-resources", "-o", "name").split()
    assert {"deployments.apps", "services", "httproutes.gateway.networking.k8s.io"} <= set(kinds), kinds
    kubectl("create", "namespace", "models")
    assert "models" in kubectl("get", "namespaces", "-o", "name")


def server_side_dry_run_changes_nothing(kubectl: Kubectl) -> None:
    said = kubectl("apply", "--dry-run=server", "-f", "-", given=kubectl.deployment())
    assert "deployment.apps/greeter created (server dry run)" in said, said
    assert "NotFound" in kubectl.refused("get", "deployment", "greeter", "-n", "models")


def what_cannot_be_is_refused(kubectl: Kubectl) -> None:
    said = kubectl.refused("apply", "--dry-run=server", "-f", "-", given=kubectl.deployment(label="another"))
    assert "`selector` does not match template `labels`" in said, said
    said = kubectl.refused("apply", "--dry-run=server", "-f", "-", given=kubectl.deployment(replicas=-1))
    assert "must be greater than or equal to 0" in said, said


def rollout(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", given=kubectl.deployment())
    assert "successfully rolled out" in kubectl("rollout", "status", "deployment/greeter", "-n", "models", "--timeout=60s")
    assert "unchanged" in kubectl("apply", "-f", "-", given=kubectl.deployment())
    pods = json.loads(kubectl("get", "pods", "-n", "models", "-l", "app=greeter", "-o", "json"))["items"]
    assert [pod["status"]["phase"] for pod in pods] == ["Running"], pods
    assert "greeter" in kubectl("get", "deployments", "-n", "models")


def table(text: str) -> list[dict[str, str]]:
    """What kubectl prints, by the heads of its columns."""
    head, *lines = text.rstrip().splitlines()
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S(?:\S| (?=\S))*", head)]
    cut = list(zip(starts, [*starts[1:], None]))
    return [{head[a:b].strip(): line[a:b].strip() for a, b in cut} for line in lines]


def tables(kubectl: Kubectl) -> None:
    (deployment,) = table(kubectl("get", "deploy", "-o", "wide", "-n", "models"))
    assert re.fullmatch(r"\d+s", deployment.pop("AGE")), deployment
    assert deployment == {
        "NAME": "greeter", "READY": "1/1", "UP-TO-DATE": "1", "AVAILABLE": "1", "CONTAINERS": "greeter",
        "IMAGES": kubectl.image, "SELECTOR": "app=greeter",
    }, deployment  # fmt: skip
    (pod,) = table(kubectl("get", "pods", "-n", "models"))
    assert (pod["READY"], pod["STATUS"], pod["RESTARTS"]) == ("1/1", "Running", "0"), pod
    services = {one["NAME"]: one for one in table(kubectl("get", "services", "-n", "models"))}
    assert services["greeter"]["PORT(S)"] == "8080/TCP" and services["greeter"]["EXTERNAL-IP"] == "<none>", services
    (labelled,) = table(kubectl("get", "pods", "-n", "models", "-L", "app", "--show-labels"))
    assert labelled["APP"] == "greeter" and "app=greeter" in labelled["LABELS"], labelled
    (sorted_,) = table(kubectl("get", "rs", "-A", "--sort-by=.metadata.name"))
    assert (sorted_["NAMESPACE"], sorted_["DESIRED"], sorted_["READY"]) == ("models", "1", "1"), sorted_
    assert "SuccessfulCreate" in {one["REASON"] for one in table(kubectl("get", "events", "-n", "models"))}
    (gateway,) = table(kubectl("get", "gateways.gateway.networking.k8s.io", "-A"))
    assert gateway["PROGRAMMED"] == "True" and gateway["CLASS"] and gateway["ADDRESS"].startswith("127."), gateway


def logs_and_description(kubectl: Kubectl) -> None:
    wait_for("the log", lambda: "serving on" in kubectl("logs", "deployment/greeter", "-n", "models"))
    described = kubectl("describe", "deployment", "greeter", "-n", "models")
    assert "ScalingReplicaSet" in described and "1 available" in described, described


def diff(kubectl: Kubectl) -> None:
    same = kubectl.run("diff", "-f", "-", given=kubectl.deployment())
    assert same.returncode == 0, same.stdout + same.stderr
    other = kubectl.run("diff", "-f", "-", given=kubectl.deployment(replicas=2))
    assert other.returncode == 1 and "+  replicas: 2" in other.stdout, other.stdout + other.stderr


def server_side_apply_sees_conflicts(kubectl: Kubectl) -> None:
    kubectl("apply", "--server-side", "--field-manager=one", "--force-conflicts", "-f", "-", given=kubectl.deployment(2))
    said = kubectl.refused("apply", "--server-side", "--field-manager=two", "-f", "-", given=kubectl.deployment(1))
    assert 'conflict with "one"' in said and ".spec.replicas" in said, said
    kubectl("rollout", "status", "deployment/greeter", "-n", "models", "--timeout=60s")


def scale_and_restart(kubectl: Kubectl) -> None:
    kubectl("scale", "deployment/greeter", "-n", "models", "--replicas=1")
    kubectl("rollout", "restart", "deployment/greeter", "-n", "models")
    kubectl("rollout", "status", "deployment/greeter", "-n", "models", "--timeout=60s")
    kubectl("wait", "--for=condition=Available", "deployment/greeter", "-n", "models", "--timeout=30s")


def conditions(kubectl: Kubectl) -> str:
    path = "{range .status.parents[*].conditions[*]}{.type}={.status}:{.reason} {end}"
    return kubectl("get", "httproute", "greeter", "-n", "models", "-o", f"jsonpath={path}").strip()


def a_route_says_what_its_gateway_thinks(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", given=ROUTE.format(service="nobody"))
    wait_for("the refusal", lambda: conditions(kubectl) == "Accepted=True:Accepted ResolvedRefs=False:BackendNotFound")
    kubectl("apply", "-f", "-", given=ROUTE.format(service="greeter"))
    wait_for("the route", lambda: conditions(kubectl) == "Accepted=True:Accepted ResolvedRefs=True:ResolvedRefs")
    (route,) = table(kubectl("get", "httproute", "-n", "models"))
    assert set(route) == {"NAME", "HOSTNAMES", "AGE"} and route["NAME"] == "greeter", route


def deletion(kubectl: Kubectl) -> None:
    kubectl("delete", "-f", "-", "--timeout=60s", given=kubectl.deployment())
    wait_for("the pods' end", lambda: kubectl("get", "pods", "-n", "models", "-o", "name") == "")
    kubectl("delete", "namespace", "models", "--timeout=60s")


STEPS = [
    discovery, server_side_dry_run_changes_nothing, what_cannot_be_is_refused, rollout, tables, logs_and_description, diff,
    server_side_apply_sees_conflicts, scale_and_restart, a_route_says_what_its_gateway_thinks, deletion,
]  # fmt: skip


def kubeconfig(emulator: Emulator) -> str:
    import base64
    import ssl

    request = urllib.request.Request(
        f"{emulator.https}/subscriptions/{emulator.subscription}/resourceGroups/{emulator.group}/providers/"
        "Microsoft.ContainerService/managedClusters/aks-local/listClusterUserCredential?api-version=2025-05-01",
        data=b"",
        headers={"Authorization": "Bearer " + emulator.token("https://management.azure.com")},
    )
    context = ssl.create_default_context(cafile=emulator.certificate)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(request, timeout=30) as answer:
        return base64.b64decode(json.load(answer)["kubeconfigs"][0]["value"]).decode()


def main() -> None:
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if program is None:
        raise SystemExit("no kubectl on PATH: apt-get install kubernetes-client, or set KUBECTL")
    emulator = Emulator.start()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            config = Path(folder) / "config"
            config.write_text(kubeconfig(emulator), encoding="utf-8")
            registry = types.SimpleNamespace(emulator=emulator)
            push(registry, "greeting", "1", "00000000-0000-0000-0000-000000000000", emulator.registry_refresh_token())
            image = urllib.parse.urlparse(emulator.https).netloc + "/greeting:1"
            kubectl = Kubectl(program, config, image, Path(folder))
            for step in STEPS:
                try:
                    step(kubectl)
                    passed += 1
                    print(f"ok    {step.__name__}", flush=True)
                except Exception:  # a step that fails must not hide the others
                    failed += 1
                    print(f"FAIL  {step.__name__}\n{traceback.format_exc()}", flush=True)
            emulator.record("kubectl")
        finally:
            emulator.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
