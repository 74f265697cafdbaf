#!/usr/bin/env python3
"""Drives the emulator with azure-ai-ml, unmodified; prints each scenario and, last, ``passed / total``.

``suite.py NAME...`` runs only scenarios whose names contain one of the words. Each scenario has a process of its own, since
the client keeps some of what it was last asked for in the whole process (headers of an invocation, for one).
"""

import multiprocessing
import multiprocessing.connection
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True

from emulator import Emulator
import scenarios_assets  # noqa: F401 registers its scenarios
import scenarios_collection  # noqa: F401
import scenarios_workspace  # noqa: F401
from scenarios import SCENARIOS

AT_ONCE = 4


def client_of(emulator):
    from azure.ai.ml import MLClient

    client = MLClient(emulator.credential(), emulator.subscription, emulator.group, emulator.workspace)
    client.for_registry = lambda name: MLClient(
        emulator.credential(), emulator.subscription, emulator.group, registry_name=name
    )
    return client


def run(scenario, emulator, answer, log) -> None:
    """In the scenario's own process; the client's chatter goes to a file."""
    for stream in (1, 2):
        os.dup2(log.fileno(), stream)
    try:
        with tempfile.TemporaryDirectory() as work:
            scenario(client_of(emulator), Path(work))
        answer.send("")
    except Exception:  # a scenario that fails must not hide the others
        answer.send(traceback.format_exc())


def main() -> None:
    words = sys.argv[1:]
    wanted = [s for s in SCENARIOS if not words or any(word in s.__name__ for word in words)]
    # The long ones first, so that they do not run alone at the end.
    waiting = sorted(wanted, key=lambda s: "deploy" not in s.__name__)
    emulator = Emulator.start()
    emulator.configure_clients()
    import azure.ai.ml.entities  # noqa: F401 once for all processes, which are forks of this one

    processes = multiprocessing.get_context("fork")
    running, passed = {}, 0
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                scenario = waiting.pop(0)
                receive, send = processes.Pipe(duplex=False)
                log = tempfile.TemporaryFile()
                process = processes.Process(target=run, args=(scenario, emulator, send, log), daemon=True)
                process.start()
                send.close()
                running[process.sentinel] = (scenario, process, receive, log, time.monotonic())
            for ended in multiprocessing.connection.wait(list(running)):
                scenario, process, receive, log, started = running.pop(ended)
                failure = receive.recv() if receive.poll() else f"the process ended with {process.exitcode}"
                passed += not failure
                took = f"{scenario.__name__} ({time.monotonic() - started:.1f} s)"
                if failure:
                    log.seek(0)
                    print(f"FAIL  {took}\n{log.read().decode(errors='replace')[-2000:]}\n{failure}", flush=True)
                else:
                    print(f"ok    {took}", flush=True)
        emulator.record("suite")
    finally:
        emulator.stop()
    print(f"{passed} / {len(wanted)}")
    sys.exit(0 if passed == len(wanted) else 1)


if __name__ == "__main__":
    main()
