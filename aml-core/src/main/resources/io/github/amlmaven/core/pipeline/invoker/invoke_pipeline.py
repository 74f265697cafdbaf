#!/usr/bin/env python3
"""Starts the published pipeline '@endpoint@'. Python 3.8 or later, its standard library alone.

    python3 invoke_pipeline.py [--version VERSION] [name=value ...]

Signs in as a service principal when AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set, else with the managed
identity of the machine (AZURE_CLIENT_ID then names a user-assigned one).
"""
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

URL = "@url@"
RESOURCE = "@audience@"
AUTHORITY = "@authority@"
# What each input takes; Literal is a plain value, the others a URI.
TYPES = {@types.json@}


def ask(request):
    try:
        with urllib.request.urlopen(request, timeout=100) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        host = urllib.parse.urlsplit(request.full_url).hostname
        sys.exit(f"{host}: HTTP {error.code}: {error.read().decode(errors='replace')}")
    except urllib.error.URLError as error:
        sys.exit(f"{urllib.parse.urlsplit(request.full_url).hostname}: {error.reason}")


def token():
    secret, client = os.environ.get("AZURE_CLIENT_SECRET"), os.environ.get("AZURE_CLIENT_ID")
    if secret:
        host = os.environ.get("AZURE_AUTHORITY_HOST", AUTHORITY).rstrip("/")
        form = {
            "grant_type": "client_credentials",
            "client_id": client,
            "client_secret": secret,
            "scope": RESOURCE + "/.default",
        }
        data = urllib.parse.urlencode(form).encode()
        return ask(urllib.request.Request(f"{host}/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token", data))["access_token"]
    query = {"resource": RESOURCE, **({"client_id": client} if client else {})}
    if "IDENTITY_ENDPOINT" in os.environ:
        base, headers = os.environ["IDENTITY_ENDPOINT"], {"X-IDENTITY-HEADER": os.environ["IDENTITY_HEADER"]}
        query["api-version"] = "2019-08-01"
    else:
        host = os.environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254").rstrip("/")
        base, headers = host + "/metadata/identity/oauth2/token", {"Metadata": "true"}
        query["api-version"] = "2018-02-01"
    return ask(urllib.request.Request(base + "?" + urllib.parse.urlencode(query), headers=headers))["access_token"]


def entry(pair):
    name, equals, value = pair.partition("=")
    if not equals or name not in TYPES:
        sys.exit(f"'{pair}' is no input; give name=value with one of: {', '.join(TYPES) or 'none'}")
    kind = TYPES[name]
    return name, {"jobInputType": kind, "value" if kind == "Literal" else "uri": value}


def deployment(version):
    """The deployment of a version, as aml:publish-pipeline names it."""
    cut = re.sub("-+$", "", re.sub("[^A-Za-z0-9]+", "-", "v" + version))[:32]
    return "version-" + cut[1:] if len(cut) < 3 else cut


def main(arguments):
    headers = {"Content-Type": "application/json"}
    if arguments[:1] == ["--version"]:
        headers["azureml-model-deployment"] = deployment(arguments[1])
        arguments = arguments[2:]
    inputs = dict(entry(pair) for pair in arguments)
    body = json.dumps({"properties": {"inputData": inputs} if inputs else {}}).encode()
    headers["Authorization"] = "Bearer " + token()
    print(ask(urllib.request.Request(URL, body, headers, method="POST"))["name"])


if __name__ == "__main__":
    main(sys.argv[1:])
