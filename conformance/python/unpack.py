#!/usr/bin/env python3
"""Unpacks the model layers of an image with tools that are not ours and compares every file with the model.

Needs a Debian with docker-registry, skopeo, umoci, podman and containerd, and root. The layers are pushed as ``aml:package``
pushes them (bench/java/ImagePush.java), in each compression; ``--large`` adds a file of more than 8 GiB, whose size does not
fit into a plain tar header.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from images import Java, containerd, registry

MIB = 1 << 20
GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MEDIA_TYPES = {
    "stored": GZIP,
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
    "none": "application/vnd.oci.image.layer.v1.tar",
}


def run(*command: object, **options) -> str:
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


def model(folder: Path, large: bool) -> Path:
    """Two files that get a layer of their own, and small ones with all that a tar header has no room for."""
    folder.mkdir()
    for name in ("weights-1.bin", "weights-2.bin"):
        (folder / name).write_bytes(os.urandom(65 * MIB))
    for name in (
        "config.json",
        "empty",
        "name with spaces and \N{LATIN SMALL LETTER E WITH ACUTE}\N{CJK UNIFIED IDEOGRAPH-4E2D}.txt",
        f"{'n' * 180}.txt",
        f"{'deep' * 40}/{'deeper' * 20}/{'deepest' * 20}/vocabulary.txt",
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("" if name == "empty" else name)
    script = folder / "convert.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    (folder / "latest.json").symlink_to("config.json")
    if large:
        with (folder / "huge.bin").open("wb") as out:
            out.seek((8 << 30) + 4095)
            out.write(b"\1")
    return folder


def same(model: Path, unpacked: Path) -> None:
    """``diff -r`` follows the model's link: its content is what an image has, so that none leads out of the layer."""
    run("diff", "-r", model, unpacked)
    modes = {name: oct((unpacked / name).stat().st_mode & 0o777) for name in ("config.json", "convert.sh")}
    assert modes == {"config.json": "0o644", "convert.sh": "0o755"}, modes


def by_umoci(image: str, model: Path, work: Path) -> None:
    layout = work / "layout"
    run("skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{image}", f"oci:{layout}:it")
    run("umoci", "unpack", "--image", f"{layout}:it", work / "bundle")
    same(model, work / "bundle" / "rootfs" / "model")


def by_podman(image: str, model: Path, work: Path) -> None:
    (work / "storage.conf").write_text(
        f"[storage]\ndriver = \"overlay\"\ngraphroot = \"{work}/graph\"\nrunroot = \"{work}/run\"\n"
    )
    environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(work / "storage.conf")}
    run("podman", "pull", "-q", "--tls-verify=false", image, env=environment)
    mounted = run("podman", "image", "mount", image, env=environment).strip()
    try:
        same(model, Path(mounted) / "model")
    finally:
        run("podman", "image", "umount", "-a", env=environment)


def by_containerd(image: str, model: Path, work: Path) -> None:
    with containerd(work) as ctr:
        run(*ctr, "images", "pull", "--plain-http", "--snapshotter", "native", image)
        target = work / "mounted"
        target.mkdir()
        run(*ctr, "images", "mount", "--snapshotter", "native", image, target)
        try:
            same(model, target / "model")
        finally:
            run("umount", target)


UNPACKERS = {"skopeo and umoci": by_umoci, "podman": by_podman, "containerd": by_containerd}


def layers(image: str) -> list[str]:
    manifest = json.loads(run("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{image}"))
    return [layer["mediaType"] for layer in manifest["layers"]]


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="aml-unpack-"))
    passed = failed = 0
    try:
        source = model(work / "model", "--large" in sys.argv)
        code = work / "score.py"
        code.write_text("def init(): ...\ndef run(data): return data\n")
        java = Java(work)
        with registry(work) as address:
            for compression, media_type in MEDIA_TYPES.items():
                name = f"{address}/model-{compression}"
                run(*java.command(
                    "ImagePush", "ours", source, code, address, f"model-{compression}", work / "cache",
                    flags=[f"-Dcompression={compression}"],
                ))
                types = layers(f"{name}:1")
                assert types.count(media_type) >= 3, types
                for tool, unpack in UNPACKERS.items():
                    if compression == "zstd" and unpack is by_umoci:
                        # umoci knows zstd from its release 0.5 on; Debian has an older one.
                        continue
                    folder = work / f"{compression}-{unpack.__name__}"
                    folder.mkdir()
                    try:
                        unpack(f"{name}:1", source, folder)
                        passed += 1
                        print(f"ok    {compression}: unpacked by {tool} it is the model", flush=True)
                    except (SystemExit, AssertionError) as failure:
                        failed += 1
                        print(f"FAIL  {compression}: {tool}: {failure}", flush=True)
                    finally:
                        shutil.rmtree(folder, ignore_errors=True)
        print(f"{passed} passed, {failed} failed")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
