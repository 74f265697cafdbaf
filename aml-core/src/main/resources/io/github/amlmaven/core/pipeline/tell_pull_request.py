"""Waits until the other steps of this pipeline have ended, and tells a pull request how.

Runs as a step without a dependency, so that it also runs when another step fails. Python's standard library alone.
"""
import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ENDED = {"FINISHED", "FAILED", "KILLED"}
LOCAL = {"localhost", "127.0.0.1"}


def call(method, url, headers, body=None):
    """JSON there and back; what is said about a failure holds no header, so no token."""
    address = urllib.parse.urlsplit(url)
    if address.scheme != "https" and address.hostname not in LOCAL and not url.startswith(identity_url()):
        sys.exit(f"nothing is sent to {address.scheme}://{address.hostname} in the clear")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={**headers, "User-Agent": "aml-maven-plugin"})
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with OPENER.open(request, timeout=60) as answer:
            text, status = answer.read().decode(), answer.status
    except urllib.error.HTTPError as error:
        said = error.read().decode(errors="replace")
        raise Refused(f"{method} {address.hostname}{address.path}: HTTP {error.code} {message(said)}", error.code) from None
    if status == 203:
        raise Refused(f"{method} {address.hostname}{address.path}: a page to sign in on instead of an answer", 401)
    return json.loads(text) if text.strip() else {}


class Refused(Exception):
    """An answer that is none of the good ones."""

    def __init__(self, text, status):
        super().__init__(text)
        self.status = status


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to where it leads."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(Stay)


def message(text):
    try:
        return json.loads(text).get("message", "")
    except ValueError:
        return ""


def identity_url():
    return os.environ.get("MSI_ENDPOINT") or os.environ.get("IDENTITY_ENDPOINT") or "http://169.254.169.254/"


def secret_token(secret):
    """The token: what the compute or the environment provides, else a secret of a Key Vault."""
    token = os.environ.get("AML_CALLBACK_TOKEN")
    if token:
        return token
    if secret == "none":
        sys.exit("there is no token: neither AML_CALLBACK_TOKEN nor a secret of a Key Vault")
    resource = urllib.parse.quote("https://vault.azure.net", safe="")
    client = os.environ.get("DEFAULT_IDENTITY_CLIENT_ID")
    if os.environ.get("MSI_ENDPOINT"):
        url = f"{os.environ['MSI_ENDPOINT']}?resource={resource}&api-version=2017-09-01"
        headers = {"secret": os.environ.get("MSI_SECRET", "")}
        url += f"&clientid={client}" if client else ""
    elif os.environ.get("IDENTITY_ENDPOINT"):
        url = f"{os.environ['IDENTITY_ENDPOINT']}?resource={resource}&api-version=2019-08-01"
        headers = {"X-IDENTITY-HEADER": os.environ.get("IDENTITY_HEADER", "")}
        url += f"&client_id={client}" if client else ""
    else:
        url = f"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource={resource}"
        headers = {"Metadata": "true"}
        url += f"&client_id={client}" if client else ""
    access = call("GET", url, headers)["access_token"]
    return call("GET", secret.rstrip("/") + "?api-version=7.4", {"Authorization": "Bearer " + access})["value"]


class Tracking:
    """The runs of this pipeline, as MLflow knows them."""

    def __init__(self):
        self.base = os.environ["MLFLOW_TRACKING_URI"].replace("azureml://", "https://", 1).split("?")[0].rstrip("/")
        self.own = os.environ.get("AZUREML_RUN_ID") or os.environ["MLFLOW_RUN_ID"]
        run = self.get(self.own)
        self.experiment = run["info"]["experiment_id"]
        self.parent = tags(run).get("mlflow.parentRunId") or os.environ["AZUREML_ROOT_RUN_ID"]

    def ask(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + os.environ.get("MLFLOW_TRACKING_TOKEN", os.environ.get("AZUREML_RUN_TOKEN", ""))}
        return call(method, f"{self.base}/api/2.0/mlflow/{path}", headers, body)

    def get(self, run):
        return self.ask("GET", "runs/get?run_id=" + urllib.parse.quote(run))["run"]

    def others(self):
        found, token = [], None
        while True:
            body = {
                "experiment_ids": [self.experiment],
                "filter": f"tags.mlflow.parentRunId = '{self.parent}'",
                "max_results": 200,
            }
            if token:
                body["page_token"] = token
            page = self.ask("POST", "runs/search", body)
            found += [run for run in page.get("runs", []) if run["info"]["run_id"] != self.own]
            token = page.get("next_page_token")
            if not token:
                return found


def tags(run):
    return {tag["key"]: tag["value"] for tag in run.get("data", {}).get("tags", [])}


def name(run):
    return tags(run).get("mlflow.runName") or run["info"].get("run_name") or run["info"]["run_id"]


def wait(tracking, steps, pause, grace, limit):
    """The other steps' runs once no more will come: all have ended, or one has failed and the rest stays where it is."""
    begin, quiet, misses = time.monotonic(), None, 0
    while time.monotonic() - begin < limit:
        try:
            runs = tracking.others()
            misses = 0
        except (Refused, OSError) as error:
            misses += 1
            if misses > 10:
                raise
            print(f"cannot see the steps for now: {error}", flush=True)
            time.sleep(pause)
            continue
        states = {name(run): run["info"]["status"] for run in runs}
        if all(states.get(step) in ENDED for step in steps):
            return runs
        failed = any(state in ("FAILED", "KILLED") for state in states.values())
        active = any(state == "RUNNING" for state in states.values())
        if failed and not active:
            quiet = quiet or time.monotonic()
            if time.monotonic() - quiet >= grace:
                return runs
        else:
            quiet = None
        time.sleep(pause)
    sys.exit(f"the other steps have not ended in {limit} s")


def verdict(runs, steps):
    states = {name(run): run["info"]["status"] for run in runs}
    if all(states.get(step) == "FINISHED" for step in steps):
        return "Completed"
    return "Failed" if "FAILED" in states.values() else "Canceled"


def rows(runs):
    table = []
    for run in runs:
        for metric in run.get("data", {}).get("metrics", []):
            table.append((name(run), metric["key"], metric["value"]))
    return table


def escaped(text):
    for letter in "\\|`*_<>[]":
        text = text.replace(letter, "\\" + letter)
    return text


def comment(job, status, page, states, metrics):
    lines = [f"**Azure ML job `{job}`: {status}**", ""]
    if page:
        lines += [f"[Open in the studio]({page})", ""]
    lines += ["| Step | State |", "|---|---|"] + [f"| {escaped(step)} | {state} |" for step, state in states] + [""]
    if metrics:
        lines += ["| Step | Metric | Value |", "|---|---|---:|"]
        lines += [f"| {escaped(step)} | {escaped(key)} | {value:.6g} |" for step, key, value in metrics] + [""]
    return "\n".join(lines)


def tell_azure_devops(url, token, context, status, line, text, page):
    headers = {
        "Authorization": "Basic " + base64.b64encode((":" + token).encode()).decode(),
        "X-TFS-FedAuthRedirect": "Suppress",
    }
    version = "?api-version=7.1"
    mark = f"<!-- aml-maven-plugin: {context} -->"
    thread_state = "closed" if status == "Completed" else "active"
    content = f"{text}\n{mark}\n"
    for thread in call("GET", url + "/threads" + version, headers).get("value", []):
        first = (thread.get("comments") or [{}])[0]
        if mark in (first.get("content") or "") and not thread.get("isDeleted"):
            place = f"{url}/threads/{thread['id']}"
            call("PATCH", f"{place}/comments/{first['id']}{version}", headers, {"content": content})
            call("PATCH", place + version, headers, {"status": thread_state})
            break
    else:
        body = {"comments": [{"parentCommentId": 0, "content": content, "commentType": "text"}], "status": thread_state}
        call("POST", url + "/threads" + version, headers, body)
    state = {"Completed": "succeeded", "Failed": "failed"}.get(status, "error")
    body = {"state": state, "description": line[:200], "context": {"name": context, "genre": "azure-ml"}}
    if page:
        body["targetUrl"] = page
    call("POST", url + "/statuses" + version, headers, body)


def tell_github(url, token, context, status, line, page):
    headers = {
        "Authorization": "Bearer " + token,
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    state = {"Completed": "success", "Failed": "failure"}.get(status, "error")
    body = {"state": state, "description": line[:140], "context": context}
    if page:
        body["target_url"] = page
    call("POST", url, headers, body)


def studio(job):
    """No variable of a job names the studio, but its address is made of what they do name."""
    if urllib.parse.urlsplit(os.environ["MLFLOW_TRACKING_URI"]).hostname in LOCAL:
        return ""
    scope = os.environ.get("AZUREML_WORKSPACE_SCOPE", "")
    return f"https://ml.azure.com/runs/{job}?wsid={scope}" if scope else ""


def main():
    arguments = argparse.ArgumentParser()
    for option in ("--url", "--steps", "--context", "--secret"):
        arguments.add_argument(option, required=True)
    # Seconds between two looks, and for how long nothing must run after a failure before no more is expected.
    arguments.add_argument("--pause", type=float, default=os.environ.get("AML_CALLBACK_PAUSE", 15))
    arguments.add_argument("--grace", type=float, default=os.environ.get("AML_CALLBACK_GRACE", 120))
    arguments.add_argument("--limit", type=float, default=24 * 3600)
    given = arguments.parse_args()
    if given.url == "none":
        print("nobody is to be told")
        return
    steps = json.loads(base64.b64decode(given.steps))
    tracking = Tracking()
    runs = wait(tracking, steps, given.pause, given.grace, given.limit)
    status = verdict(runs, steps)
    states = {name(run): run["info"]["status"].capitalize() for run in runs}
    metrics = rows(runs)
    line = f"Azure ML job {tracking.parent}: {status}"
    if metrics:
        line += "; " + ", ".join(f"{key} {value:.4g}" for _, key, value in metrics)
    page = studio(tracking.parent)
    token = secret_token(given.secret)
    url = given.url.rstrip("/")
    if "/_apis/git/" in url:
        listed = [(step, states.get(step, "not run")) for step in steps]
        text = comment(tracking.parent, status, page, listed, metrics)
        tell_azure_devops(url, token, given.context, status, line, text, page)
    else:
        tell_github(url, token, given.context, status, line, page)
    print(f"told {urllib.parse.urlsplit(url).hostname}: {line}")


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(str(refused))
