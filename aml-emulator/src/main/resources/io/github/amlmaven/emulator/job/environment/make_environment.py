"""Makes the virtual environment argv[1], as `python -m venv` does, only faster: pip's own wheel, which Python brings for
ensurepip, is unpacked instead of installed by itself. Where that wheel is elsewhere, ensurepip does its work.

Further arguments are distributions of this interpreter that the environment shall have: then it sees the interpreter's own
site packages, and the programs of these distributions are its programs, run by its Python."""
import glob
import os
import subprocess
import sys
import venv
import zipfile


def wheels(name):
    import ensurepip

    places = (os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), "/usr/share/python-wheels")
    found = [wheel for place in places for wheel in sorted(glob.glob(os.path.join(place, name + "-*.whl")))]
    return found[:1]


PROGRAM = """#!%s
import sys
from %s import %s
sys.exit(%s())
"""


def link_programs(name, programs, python):
    from importlib.metadata import distribution

    for entry in distribution(name).entry_points:
        if entry.group == "console_scripts":
            module, _, function = entry.value.partition(":")
            script = os.path.join(programs, entry.name)
            with open(script, "w") as out:
                out.write(PROGRAM % (python, module, function.split(".")[0], function))
            os.chmod(script, 0o755)


def main(folder, *distributions):
    posix = os.name == "posix"
    venv.EnvBuilder(symlinks=posix, system_site_packages=bool(distributions)).create(folder)
    programs = os.path.join(folder, "bin" if posix else "Scripts")
    python = os.path.join(programs, "python" if posix else "python.exe")
    if posix:
        for distribution in distributions:
            link_programs(distribution, programs, python)
    pip = wheels("pip") if posix else []
    if not pip:
        return subprocess.run([python, "-I", "-m", "ensurepip", "--default-pip"]).returncode
    version = "python%d.%d" % sys.version_info[:2]
    for wheel in pip + wheels("setuptools"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(os.path.join(folder, "lib", version, "site-packages"))
    for name in ("pip", "pip3", "pip%d.%d" % sys.version_info[:2]):
        script = os.path.join(programs, name)
        with open(script, "w") as out:
            out.write("#!/bin/sh\nexec '%s' -m pip \"$@\"\n" % python.replace("'", "'\\''"))
        os.chmod(script, 0o755)
    return 0


sys.exit(main(*sys.argv[1:]))
