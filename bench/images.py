"""Package and push of large models: ours beside stock Jib, buildah and curl, to Debian's docker-registry and to a sink."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import figure, spread

ROOT = Path(__file__).resolve().parents[1]
MIB = 1 << 20
RUNS = 3
JVM_CONFIG = ROOT / "aml-archetype/src/main/resources/archetype-resources/.mvn/jvm.config"


@dataclass
class Cost:
    """Of one process and its children, from outside."""

    wall: float
    cpu: float
    rss_mib: float


def measured(command: Sequence[str], env: dict[str, str] | None = None) -> Cost:
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        said = log.read().decode(errors="replace")
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{said[-4000:]}")
    return Cost(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def random_model(folder: Path, mib: int, small_files: int = 2000) -> Path:
    folder.mkdir(parents=True)
    with (folder / "weights.bin").open("wb") as out:
        for _ in range(mib):
            out.write(os.urandom(MIB))
    for i in range(small_files):
        (folder / f"part-{i:05}.bin").write_bytes(os.urandom(10 * 1024))
    return folder


# Weights as training leaves them: normally distributed, tensors of different scale.
WEIGHTS = """\
import sys, numpy
file, mib, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
generator = numpy.random.default_rng(7)
tensors = 16
count = mib * (1 << 20) // tensors // (4 if kind == "fp32" else 2)
with open(file, "wb") as out:
    for i in range(tensors):
        values = (generator.standard_normal(count, dtype=numpy.float32) * 0.02 * (i + 1)).astype(numpy.float32)
        if kind == "bf16":
            values = (values.view(numpy.uint32) >> 16).astype(numpy.uint16)
        out.write(values.tobytes())
"""


def float_model(folder: Path, mib: int, kind: str) -> Path:
    folder.mkdir(parents=True)
    # The environment of MLflow's client has numpy.
    python = subprocess.run(
        [str(ROOT / "conformance" / "venv"), "mlflow"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    subprocess.run([python, "-c", WEIGHTS, str(folder / "weights.bin"), str(mib), kind], check=True)
    return folder


class Java:
    """The bench's Java programs, compiled once."""

    def __init__(self, work: Path) -> None:
        classpath = work / "classpath"
        subprocess.run(
            [str(ROOT / "mvnw"), "-B", "-q", "-f", str(ROOT / "aml-core"), "dependency:build-classpath"]
            + [f"-Dmdep.outputFile={classpath}", "-Dmdep.includeScope=runtime"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.classpath = f"{work / 'classes'}:{ROOT / 'aml-core/target/classes'}:{classpath.read_text()}"
        sources = [str(file) for file in (ROOT / "bench/java").glob("*.java")]
        subprocess.run(["javac", "-cp", self.classpath, "-d", str(work / "classes"), *sources], check=True)

    def command(self, program: str, *arguments: object, flags: Sequence[str] = ()) -> list[str]:
        return ["java", *flags, "-cp", self.classpath, program, *map(str, arguments)]


@contextmanager
def sink(java: Java) -> Iterator[str]:
    process = subprocess.Popen(java.command("Sink"), stdout=subprocess.PIPE, text=True)
    try:
        yield f"localhost:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def registry(work: Path) -> Iterator[str]:
    """Debian's docker-registry, empty."""
    port = free_port()
    shutil.rmtree(work / "registry", ignore_errors=True)
    config = work / "registry.yml"
    config.write_text(
        "version: 0.1\nlog: {level: error}\n"
        f"storage: {{filesystem: {{rootdirectory: {work / 'registry'}}}}}\n"
        f"http: {{addr: '127.0.0.1:{port}'}}\n"
    )
    process = subprocess.Popen(
        ["docker-registry", "serve", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        limit = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/", timeout=1).close()
                break
            except OSError:
                if time.monotonic() > limit:
                    sys.exit("docker-registry does not start")
                time.sleep(0.02)
        yield f"localhost:{port}"
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    def __init__(self, work: Path) -> None:
        self.work = work
        self.java = Java(work)
        self.code = work / "score.py"
        self.code.write_text("def init(): ...\ndef run(data): return data\n")
        self.count = 0

    def push(self, tool: str, model: Path, registry: str, repository: str = "", cache: Path | None = None, flags=()) -> Cost:
        self.count += 1
        own = self.work / f"cache-{self.count}"
        cost = measured(
            self.java.command(
                "ImagePush", tool, model, self.code, registry, repository or f"run{self.count}", cache or own, flags=flags
            )
        )
        shutil.rmtree(own, ignore_errors=True)
        return cost

    def buildah(self, model: Path, registry: str) -> Cost:
        self.count += 1
        image = f"{registry}/buildah{self.count}:1"
        script = (
            f'c=$(buildah from scratch) && buildah copy -q $c {model} /model && buildah copy -q $c {self.code} /code/'
            f" && buildah commit -q $c {image} && buildah push -q --tls-verify=false {image} && buildah rm $c && buildah rmi {image}"
        )
        return measured(["sh", "-ec", script], {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"})

    def curl(self, model: Path, registry: str) -> Cost:
        """The model's raw bytes in one PATCH: the floor of any client."""
        self.count += 1
        url = f"http://{registry}/v2/curl{self.count}/blobs/uploads/"
        request = urllib.request.Request(url, method="POST")
        with urllib.request.urlopen(request) as response:
            location = response.headers["Location"]
        return measured(["curl", "-sf", "-X", "PATCH", "-T", str(model / "weights.bin")]
            + ["-H", "Content-Type: application/octet-stream", "-o", "/dev/null", location])


def ratios(name: str, ours: list[Cost], theirs: list[Cost], what: str = "wall", ours_first: bool = False) -> None:
    pairs = [(getattr(a, what), getattr(b, what)) for a, b in zip(ours, theirs)]
    spread(name + " ours", [a for a, _ in pairs], "s")
    spread(name + " theirs", [b for _, b in pairs], "s")
    figure(name, statistics.median(a / b if ours_first else b / a for a, b in pairs), "ratio")


def run() -> None:
    for tool in ("docker-registry", "buildah", "curl", "containerd"):
        if shutil.which(tool) is None:
            subprocess.run(["apt-get", "install", "-y", "-qq", tool], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="aml-bench-") as folder:
        work = Path(folder)
        bench = Bench(work)
        model = random_model(work / "random", 1024)
        cold(bench, model, work)
        changed(bench, model, work)
        shutil.rmtree(model)
        for kind, mib in (("fp32", 1024), ("bf16", 512)):
            weights = float_model(work / kind, mib, kind)
            with sink(bench.java) as server:
                theirs = [bench.push("jib", weights, server)]
                ours = [bench.push("ours", weights, server) for _ in range(RUNS)]
                ratios(f"package_push_sink_{kind}_jib_over_ours", ours, theirs * RUNS)
            if kind == "fp32":
                unpacked(bench, weights, work)
            shutil.rmtree(weights)
        memory(bench, work)
        sizes(bench, work)


def cold(bench: Bench, model: Path, work: Path) -> None:
    ours, jib, buildah, curl = [], [], [], []
    for _ in range(RUNS):
        with registry(work) as server:
            ours.append(bench.push("ours", model, server))
        with registry(work) as server:
            curl.append(bench.curl(model, server))
        with registry(work) as server:
            jib.append(bench.push("jib", model, server))
    with registry(work) as server:
        buildah.append(bench.buildah(model, server))
    ratios("package_push_cold_jib_over_ours", ours, jib)
    ratios("package_push_cpu_jib_over_ours", ours, jib, "cpu")
    ratios("package_push_cold_buildah_over_ours", ours[:1], buildah)
    ratios("package_push_ours_over_curl", ours, curl, ours_first=True)
    with sink(bench.java) as server:
        for name, flags in (("sink", []), ("sink_jvm_config", JVM_CONFIG.read_text().split())):
            jib = [bench.push("jib", model, server, flags=flags)] * RUNS
            ours = [bench.push("ours", model, server, flags=flags) for _ in range(RUNS)]
            ratios(f"package_push_{name}_jib_over_ours", ours, jib)
            ratios(f"package_push_{name}_cpu_jib_over_ours", ours, jib, "cpu")


def changed(bench: Bench, model: Path, work: Path) -> None:
    with registry(work) as server:
        costs = {}
        for tool in ("ours", "jib"):
            cache = work / f"warm-{tool}"
            bench.push(tool, model, server, tool, cache)
            (model / "part-00000.bin").write_bytes(os.urandom(10 * 1024))
            costs[tool] = bench.push(tool, model, server, tool, cache)
        ratios("one_file_changed_jib_over_ours", [costs["ours"]], [costs["jib"]])


def unpacked(bench: Bench, model: Path, work: Path) -> None:
    """containerd unpacks an image whose blobs it has: the bytes' way through a network is not in it."""
    seconds = {"ours": [], "jib": []}
    with registry(work) as server:
        for tool in seconds:
            bench.push(tool, model, server, f"unpack-{tool}")
        for _ in range(RUNS):
            for tool, times in seconds.items():
                store = work / "containerd"
                with containerd(store) as ctr:
                    image = f"{server}/unpack-{tool}:1"
                    measured([*ctr, "content", "fetch", "--plain-http", image])
                    listed = subprocess.run([*ctr, "images", "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
                    digest = next(word for word in listed.split() if word.startswith("sha256:"))
                    times.append(measured([*ctr, "snapshots", "--snapshotter", "overlayfs", "unpack", digest]))
                shutil.rmtree(store)
    ratios("unpack_jib_over_ours", seconds["ours"], seconds["jib"])


@contextmanager
def containerd(work: Path) -> Iterator[list[str]]:
    """A containerd of its own; what it is asked by ctr comes after the returned words."""
    work.mkdir(exist_ok=True)
    address = work / "containerd.sock"
    log = (work / "containerd.log").open("w")
    process = subprocess.Popen(
        ["containerd", "--root", work / "root", "--state", work / "state", "--address", address], stdout=log, stderr=log
    )
    try:
        limit = time.monotonic() + 60
        while not address.exists():
            if process.poll() is not None or time.monotonic() > limit:
                sys.exit("containerd does not start:\n" + (work / "containerd.log").read_text()[-2000:])
            time.sleep(0.05)
        yield ["ctr", "--address", str(address)]
    finally:
        process.terminate()
        process.wait()
        log.close()


def sizes(bench: Bench, work: Path) -> None:
    """What a GiB more and a thousand files more cost: the slope between neighbours, which is the same when cost is linear."""
    for name, counts, model in (
        ("push_seconds_per_gib", (0.25, 1, 4), lambda folder, gib: random_model(folder, int(gib * 1024), 0)),
        ("push_seconds_per_1000_files", (0.1, 1, 10), lambda folder, thousand: random_model(folder, 0, int(thousand * 1000))),
    ):
        seconds = []
        for count in counts:
            folder = model(work / f"size-{count}", count)
            with sink(bench.java) as server:
                seconds.append(statistics.median(bench.push("ours", folder, server).wall for _ in range(RUNS)))
            shutil.rmtree(folder)
        for i in range(1, len(counts)):
            slope = (seconds[i] - seconds[i - 1]) / (counts[i] - counts[i - 1])
            figure(f"{name}_{counts[i - 1]}_to_{counts[i]}", slope, "s")


def memory(bench: Bench, work: Path) -> None:
    """Above what the JVM takes for a program that does nothing."""
    baseline = measured(bench.java.command("ImagePush", "nothing")).rss_mib
    figure("jvm_baseline_rss", baseline, "MiB")
    for gib in (1, 4, 8):
        model = work / f"sparse{gib}"
        model.mkdir()
        # Holes read as zeros: the size counts here, not the content.
        with (model / "weights.bin").open("wb") as out:
            out.truncate(gib << 30)
        with sink(bench.java) as server:
            figure(f"push_peak_rss_over_baseline_{gib}gib", bench.push("ours", model, server).rss_mib - baseline, "MiB")
            if gib == 8:
                figure("push_8gib_xmx256m", bench.push("ours", model, server, flags=["-Xmx256m"]).wall, "s")
        shutil.rmtree(model)
