"""``aml:validate`` of 500 files: what the goal's use case takes in a fresh JVM, from ``main`` on."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import median

ROOT = Path(__file__).resolve().parents[1]
FILES = 500


def corpus() -> Path:
    folder = Path(os.environ.get("AML_SHARED", ROOT.parent / "shared")) / "corpus" / "azureml-examples"
    if not folder.is_dir():
        sys.exit(f"{folder} is missing: AML_SHARED names the folder above corpus/")
    return folder


def fill(project: Path) -> None:
    """The public examples, and once more until there are enough; with stand-ins for nothing, so most miss their code."""
    specs = sorted(path for path in corpus().rglob("*") if path.suffix in (".yml", ".yaml"))
    for number in range(FILES):
        spec = specs[number % len(specs)]
        target = project / f"copy{number // len(specs)}" / spec.relative_to(corpus())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(spec, target)


def classpath(folder: Path) -> str:
    classes = ROOT / "aml-core" / "target" / "classes"
    if not classes.is_dir():
        sys.exit("no classes of aml-core: run ./mvnw compile -pl aml-core")
    listed = folder / "classpath"
    command = [str(ROOT / "mvnw"), "-B", "-q", "-f", str(ROOT), "-pl", "aml-core", "dependency:build-classpath"]
    subprocess.run([*command, f"-Dmdep.outputFile={listed}"], check=True)
    return f"{classes}{os.pathsep}{listed.read_text().strip()}"


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = folder / "project"
        fill(project)
        path = classpath(folder)
        compiled = folder / "classes"
        source = ROOT / "bench" / "java" / "Validate.java"
        subprocess.run(["javac", "-d", str(compiled), "-cp", path, str(source)], check=True)
        java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{compiled}{os.pathsep}{path}"]

        def once() -> float:
            done = subprocess.run([*java, "Validate", str(project)], capture_output=True, text=True, check=True)
            files, seconds = done.stdout.split()
            if int(files) != FILES:
                sys.exit(f"{files} files were checked, not {FILES}")
            return float(seconds)

        median("validate_500_files_after_jvm_start", once)
