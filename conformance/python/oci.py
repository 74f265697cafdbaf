#!/usr/bin/env python3
"""The OCI distribution specification's own conformance suite against the emulated registry.

Pull, push, content discovery and content management of the suite, all of them; upload cancel and the digest headers,
which the specification leaves open, too. Last line: ``N passed, N failed, N skipped``.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import Emulator

SUITE = "github.com/opencontainers/distribution-spec/conformance"
VERSION = "v0.0.0-20260831232431-97274622c111"
TARGET = Path(__file__).resolve().parents[1] / "target" / "oci"


def suite() -> Path:
    """Builds the suite from the Go module proxy, once a version."""
    program = TARGET / VERSION / "conformance"
    if program.exists():
        return program
    if shutil.which("go") is None:
        raise SystemExit("the OCI suite needs Go 1.24 or newer on PATH: https://go.dev/dl")
    environment = {**os.environ, "GOBIN": str(program.parent), "GOTOOLCHAIN": "local"}
    subprocess.run(["go", "install", f"{SUITE}@{VERSION}"], env=environment, check=True)
    return program


def main() -> None:
    program = suite()
    emulator = Emulator.start()
    try:
        with tempfile.TemporaryDirectory() as results:
            environment = {
                **os.environ,
                "OCI_REGISTRY": urllib.parse.urlparse(emulator.https).netloc,
                "OCI_TLS": "enabled",
                "SSL_CERT_FILE": emulator.certificate,
                "NO_PROXY": "localhost,127.0.0.1",
                "OCI_USERNAME": "00000000-0000-0000-0000-000000000000",
                "OCI_PASSWORD": emulator.registry_refresh_token(),
                "OCI_RESULTS_DIR": results,
                "OCI_API_BLOBS_UPLOAD_CANCEL": "true",
                "OCI_API_BLOBS_DIGEST_HEADER": "true",
                "OCI_API_MANIFESTS_DIGEST_HEADER": "true",
            }
            done = subprocess.run([str(program)], env=environment, cwd=results, capture_output=True, text=True)
        emulator.record("oci")
    finally:
        emulator.stop()
    output = done.stdout + done.stderr
    counts = {
        name.lower(): int(count)
        for name, count in re.findall(r"^  (Pass|FAIL|Skip|Error)\.+: +(\d+)$", output, re.MULTILINE)
    }
    if done.returncode or set(counts) != {"pass", "fail", "skip", "error"} or not counts["pass"]:
        print(output)
    else:
        print(output[output.index("API conformance:") :].rstrip())
        for skipped in re.findall(r"^ +(OCI Conformance Test/.*): Skip\n +- (.*)$", output, re.MULTILINE):
            print("skipped", *skipped)
    failed = counts.get("fail", 0) + counts.get("error", 0)
    print(f"{counts.get('pass', 0)} passed, {failed} failed, {counts.get('skip', 0)} skipped")
    sys.exit(1 if done.returncode or failed or not counts.get("pass") else 0)


if __name__ == "__main__":
    main()
