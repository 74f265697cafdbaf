#!/usr/bin/env python3
"""Runs the example's scoring image in a real container, on a base made of Debian packages.

Needs a Debian with apt, skopeo, podman and runc, root, and the example trained (./quickstart). Steps: a small base image from
Debian's python3, pushed to the emulator's registry by skopeo; ``mvn aml:package`` on that base; the image pulled by skopeo;
run by podman; scored with and without the key.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import ROOT, Emulator

EXAMPLE = ROOT / "examples" / "wine-kmeans"
PACKAGES = ["libc6", "libstdc++6", "python3"]
# Not needed in a container that runs python, and their own dependencies would double its size.
LEFT_OUT = ["perl", "perl-base", "usrmerge", "dpkg", "tar", "procps", "init-system-helpers", "readline-common"]
NAME = "aml-conformance"


def run(*command: str, **options) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[:3])} ... ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def root_filesystem(work: Path) -> Path:
    """apt resolves against an empty package status; the packages are extracted, no maintainer script runs."""
    status = work / "status"
    status.write_text(
        "".join(
            f"Package: {name}\nStatus: install ok installed\nVersion: 999\nArchitecture: all\nMulti-Arch: foreign\n"
            f"Maintainer: none\nDescription: left out\n\n"
            for name in LEFT_OUT
        )
    )
    (work / "cache" / "partial").mkdir(parents=True)
    root = work / "root"
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "tmp", "proc", "sys", "dev", "etc", "run", "var/tmp"):
        (root / folder).mkdir(parents=True)
    for folder in ("bin", "sbin", "lib", "lib64"):
        (root / folder).symlink_to(f"usr/{folder}")
    run(
        "apt-get", "-qq", "-o", f"Dir::State::status={status}", "-o", f"Dir::Cache::archives={work}/cache",
        "-o", "APT::Install-Recommends=false", "-o", "APT::Sandbox::User=root",
        "install", "-y", "--download-only", *PACKAGES,
    )
    for package in sorted((work / "cache").glob("*.deb")):
        data = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE)
        run(
            "tar", "-x", "-C", str(root), "--keep-directory-symlink", "--exclude=./usr/share/doc",
            "--exclude=./usr/share/man", "--exclude=./usr/share/locale", stdin=data.stdout,
        )
        if data.wait() != 0:
            raise SystemExit(f"{package.name} cannot be read")
    (root / "etc" / "passwd").write_text(
        "root:x:0:0:root:/root:/usr/sbin/nologin\nnonroot:x:65532:65532::/tmp:/usr/sbin/nologin\n"
    )
    (root / "tmp").chmod(0o1777)
    run("ldconfig", "-r", str(root))
    return root


def oci_layout(root: Path, work: Path) -> Path:
    """One layer, sorted and without times, as an OCI image layout."""
    layout = work / "layout"
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(content: bytes) -> dict:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"digest": f"sha256:{digest}", "size": len(content)}

    layer = work / "layer.tar"
    run("tar", "--sort=name", "--mtime=@0", "--numeric-owner", "--owner=0", "--group=0", "-C", str(root), "-cf", str(layer), ".")
    content = layer.read_bytes()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/bin"], "Cmd": ["/usr/bin/python3"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps(config).encode())},
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **blob(gzip.compress(content, 1, mtime=0))}
        ],
    }
    described = {"mediaType": manifest["mediaType"], **blob(json.dumps(manifest).encode())}
    described["annotations"] = {"org.opencontainers.image.ref.name": "base"}
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return layout


def podman_environment(work: Path) -> dict[str, str]:
    """Settings of its own, so that the user's containers are not touched; limits that also hold inside a container."""
    (work / "containers.conf").write_text(
        "[containers]\ndefault_ulimits = [\"nofile=20000:20000\", \"nproc=32768:32768\"]\n"
        "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\nruntime = \"runc\"\n"
    )
    (work / "storage.conf").write_text(
        f"[storage]\ndriver = \"overlay\"\ngraphroot = \"{work}/graph\"\nrunroot = \"{work}/run\"\n"
    )
    return {
        **os.environ,
        "CONTAINERS_CONF": str(work / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(work / "storage.conf"),
    }


def score(port: int, key: str | None) -> tuple[int, str]:
    body = (EXAMPLE / "src" / "test" / "requests" / "two-wines.json").read_bytes()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/score", data=body, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_until_it_answers(port: int, environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if score(port, None)[0] == 401:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the container does not answer:\n" + run("podman", "logs", NAME, env=environment))


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="aml-real-container-"))
    emulator = Emulator(Path.home() / ".aml" / "emulator" / "local")
    authority = urllib.parse.urlparse(emulator.https).netloc
    credentials = f"00000000-0000-0000-0000-000000000000:{emulator.registry_refresh_token()}"
    environment = podman_environment(work)
    port = 18000 + os.getpid() % 2000
    try:
        layout = oci_layout(root_filesystem(work), work)
        run(
            "skopeo", "copy", "-q", "--dest-tls-verify=false", "--dest-creds", credentials,
            f"oci:{layout}:base", f"docker://{authority}/base/debian-python:3.11",
        )
        print("base of Debian packages pushed by skopeo")
        run(
            str(ROOT / "mvnw"), "-B", "-ntp", "-f", str(EXAMPLE), "aml:package", "-Daml.image.tag=debian",
            f"-Daml.image.base={authority}/base/debian-python:3.11", f"-Daml.outputDirectory={work}/aml",
            f"-Daml.model.path={EXAMPLE}/target/aml/outputs/model", f"-Daml.archiveDirectory={work}",
        )
        run(
            "skopeo", "copy", "-q", "--src-tls-verify=false", "--src-creds", credentials,
            f"docker://{authority}/wine-kmeans:debian", f"oci-archive:{work}/image.tar:wine-kmeans:debian",
        )
        print("scoring image built on it and pulled by skopeo")
        run("podman", "load", "-q", "-i", f"{work}/image.tar", env=environment)
        run(
            "podman", "run", "-d", "--name", NAME, "--net", "host", "-e", f"PORT={port}",
            "-e", "AML_SCORING_PRIMARY_KEY=first", "-e", "AML_SCORING_SECONDARY_KEY=second",
            "localhost/wine-kmeans:debian", env=environment,
        )
        wait_until_it_answers(port, environment)
        status, answer = score(port, "second")
        assert status == 200 and len(json.loads(answer)["clusters"]) == 2, (status, answer)
        assert score(port, "third")[0] == 401
        print(f"served in a podman container: {answer.strip()}; 401 without the key")
        print("3 passed, 0 failed")
    finally:
        subprocess.run(["podman", "rm", "-f", "-i", NAME], env=environment, check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
