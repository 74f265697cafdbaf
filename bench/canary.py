"""How long a canary takes to say no to a version that fails every request, and to put the traffic back."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

from measure import RUNS, figure, spread, wall

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "aml-maven-plugin" / "src" / "it" / "canary-goes-back-when-bad-stopped-or-killed"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId><artifactId>canary</artifactId><version>1</version><packaging>pom</packaging>
  <properties>
    <bake>60s</bake>
    <aml.cloud>local</aml.cloud>
    <aml.emulator.home>${{project.build.directory}}/emulator</aml.emulator.home>
  </properties>
  <build><plugins><plugin>
    <groupId>io.github.amlmaven</groupId><artifactId>aml-maven-plugin</artifactId><version>{version}</version>
    <configuration><deploymentFiles>
      <deploymentFile>${{project.basedir}}/src/main/aml/deployment.yml</deploymentFile>
      <deploymentFile>${{project.basedir}}/src/main/aml/bad.yml</deploymentFile>
    </deploymentFiles></configuration>
  </plugin></plugins></build>
</project>
"""


def version() -> str:
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    return xml.parse(ROOT / "pom.xml").getroot().findtext("m:version", namespaces=names) or ""


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(PROJECT / "src", project / "src")
        shutil.copytree(PROJECT / "model", project / "model")
        (project / ".mvn").mkdir()
        (project / "pom.xml").write_text(POM.format(version=version()))
        plugin = f"io.github.amlmaven:aml-maven-plugin:{version()}:"
        maven = [str(ROOT / "mvnw"), "-B", "-q", "-o", "-f", str(project / "pom.xml")]
        wall([*maven, *(plugin + goal for goal in ("emulator-start", "register", "deploy-managed"))])
        try:
            reports = [report(project, [*maven, plugin + "canary", "-Daml.canary.candidate=bad"]) for _ in range(RUNS + 1)]
        finally:
            wall([*maven, plugin + "emulator-stop"])
    for name, key in (("canary_decision", "decisionSeconds"), ("canary_restore", "restoreSeconds")):
        values = [one[key] for one in reports[1:]]
        spread(name, values, "s")
        figure(name, statistics.median(values), "s")


def report(project: Path, command: list[str]) -> dict:
    """The canary must fail: that is what is measured."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    figures = json.loads((project / "target" / "aml" / "canary.json").read_text()).get("report", {})
    if done.returncode == 0 or figures.get("verdict") != "fail":
        sys.exit(f"the canary did not fail:\n{done.stdout[-4000:]}")
    return figures
