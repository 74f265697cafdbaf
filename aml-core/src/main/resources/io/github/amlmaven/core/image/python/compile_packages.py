"""Compiles all modules below a folder, with the same bytes whenever and wherever the same Python does it.

usage: compile_packages.py FOLDER PREFIX

FOLDER is where the modules are, PREFIX where they will be. The byte code carries a hash that is not checked at run time,
so it does not depend on file times. Python's marshal output depends on what the process compiled before; hence a fixed
number of shares, each compiled in order by a process of its own, whatever the number of processors is.
"""

import multiprocessing
import os
import py_compile
import sys

SHARES = 8


def compile_share(modules):
    for source, shown in modules:
        # Packages carry files that are not for this Python (templates, Python 2 leftovers): they stay uncompiled.
        try:
            py_compile.compile(
                source,
                dfile=shown,
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        except (py_compile.PyCompileError, UnicodeDecodeError, ValueError, RecursionError):
            continue


def main(folder, prefix):
    modules = []
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                source = os.path.join(parent, name)
                modules.append((source, prefix + "/" + os.path.relpath(source, folder).replace(os.sep, "/")))
    shares = [modules[index::SHARES] for index in range(SHARES)]
    with multiprocessing.get_context("spawn").Pool(min(SHARES, os.cpu_count() or 1), maxtasksperchild=1) as pool:
        pool.map(compile_share, shares, chunksize=1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
