"""Scores the files of a folder by a batch scoring script, as AML's batch deployments do.

``init()`` once for each worker; ``run(mini_batch)`` with a list of file paths, which returns one element for each file that
was scored, as a list or a pandas DataFrame. A mini-batch that raises or takes too long is tried again; files that end
without a result count against the error threshold. With ``append_row`` all rows go to one file of the output.
"""

import argparse
import concurrent.futures
import importlib.util
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", default="")
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--model-name", default="model")
    parser.add_argument("--mini-batch-size", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--max-retries", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=30.0)
    parser.add_argument("--error-threshold", type=int, default=-1)
    parser.add_argument("--output-action", default="AppendRow")
    parser.add_argument("--output-file", default="predictions.csv")
    return parser.parse_args()


def load(script, model):
    """The scoring script as a module; without one, a generated script for MLflow models."""
    if not script:
        return MlflowScript(model)
    path = Path(script).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


class MlflowScript:
    """Predicts each file as a table; rows carry the file's name."""

    def __init__(self, model):
        self._folder = model

    def init(self):
        import mlflow.pyfunc

        self._model = mlflow.pyfunc.load_model(self._folder)

    def run(self, mini_batch):
        import pandas

        parts = []
        for file in mini_batch:
            frame = pandas.read_parquet(file) if file.endswith(".parquet") else pandas.read_csv(file)
            predictions = self._model.predict(frame)
            part = predictions if isinstance(predictions, pandas.DataFrame) else pandas.DataFrame({"predictions": predictions})
            parts.append(part.assign(file=Path(file).name))
        return pandas.concat(parts)


_script = None


def start(script, model):
    global _script
    _script = load(script, model)
    _script.init()


def score(files, seconds):
    """One attempt in a worker: the rows as text, and how many files count as scored."""
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _too_long)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        result = _script.run(files)
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    if hasattr(result, "to_csv"):
        rows = result.to_csv(index=False, header=False, sep=" ").splitlines()
        return rows, len(files)
    if not isinstance(result, (list, tuple)):
        raise TypeError("run() must return a list or a pandas DataFrame, not " + type(result).__name__)
    return [str(row) for row in result], min(len(result), len(files))


def _too_long(signal_number, frame):
    raise TimeoutError("the mini-batch took longer than its timeout")


def main():
    asked = arguments()
    data = Path(asked.data)
    files = sorted(str(f) for f in data.rglob("*") if f.is_file()) if data.is_dir() else [str(data)]
    size = max(1, asked.mini_batch_size)
    batches = [files[i : i + size] for i in range(0, len(files), size)]
    os.environ["AZUREML_BI_OUTPUT_PATH"] = asked.output
    model = asked.model
    if model:
        # The registered folder or file lies below the model directory; no link, as searches do not follow those.
        directory = Path(model).parent / "azureml-models"
        directory.mkdir()
        Path(model).rename(directory / asked.model_name)
        os.environ["AZUREML_MODEL_DIR"] = str(directory)
        model = str(directory / asked.model_name)
    print(f"{len(files)} files in {len(batches)} mini-batches of up to {size}", flush=True)

    rows, failed = [], 0
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    with concurrent.futures.ProcessPoolExecutor(
        max_workers=max(1, asked.concurrency), mp_context=context, initializer=start, initargs=(asked.script, model)
    ) as workers:
        running = [workers.submit(score, batch, asked.timeout) for batch in batches]
        for number, batch in enumerate(batches):
            outcome, attempt = running[number], 0
            while True:
                try:
                    produced, scored = outcome.result()
                    rows += produced
                    failed += len(batch) - scored
                    print(f"mini-batch {number}: {len(batch)} files, {len(produced)} rows", flush=True)
                    break
                except concurrent.futures.process.BrokenProcessPool:
                    sys.exit("init() of the scoring script failed, or a worker ended; see the log above")
                except Exception as error:
                    attempt += 1
                    print(f"mini-batch {number}, attempt {attempt}: {type(error).__name__}: {error}", flush=True)
                    if attempt > asked.max_retries:
                        failed += len(batch)
                        break
                    outcome = workers.submit(score, batch, asked.timeout)
            if 0 <= asked.error_threshold < failed:
                workers.shutdown(wait=False, cancel_futures=True)
                sys.exit(f"{failed} files failed, more than the error threshold of {asked.error_threshold}")

    Path(asked.output).mkdir(parents=True, exist_ok=True)
    if asked.output_action.lower().replace("_", "") == "appendrow":
        (Path(asked.output) / asked.output_file).write_text("".join(row + "\n" for row in rows), encoding="utf-8")
    print(f"{len(files) - failed} files scored, {failed} failed, {len(rows)} rows", flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"took {time.monotonic() - started:.1f} s", flush=True)
