"""Runs a parallel component as AML does: init() once a worker, run(mini_batch) for each mini batch.

Arguments are those of the user's script. What to do stands in the variable AZUREML_PARALLEL_CONFIG (JSON). Workers are
processes of this same file; they answer one line of JSON for each mini batch on a pipe of their own, so that whatever
the user's code prints goes to the log. Only the standard library, any Python from 3.7 on.
"""
import importlib.util
import json
import os
import subprocess
import sys
import threading
import traceback


def worker(config, answers):
    """Serves mini batches from standard input until it ends."""
    script = os.path.join(os.getcwd(), config["entry_script"])
    sys.path.insert(0, os.path.dirname(script))
    sys.argv[0] = script
    spec = importlib.util.spec_from_file_location("aml_parallel_entry", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if hasattr(module, "init"):
        module.init()
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    for line in sys.stdin:
        try:
            result = module.run(json.loads(line))
            if hasattr(result, "to_csv"):
                rows = result.to_csv(header=False, index=False, sep=" ").splitlines()
            elif isinstance(result, (list, tuple)):
                rows = [str(row) for row in result]
            else:
                raise TypeError("run() must return a list, a tuple or a pandas DataFrame, not %s" % type(result))
            answer = {"rows": rows}
        except Exception:
            answer = {"error": traceback.format_exc()}
        sys.stdout.flush()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Worker:
    """A worker process; one that dies or takes too long fails its mini batch and is replaced for the next."""

    def __init__(self, config, number):
        self.config, self.number, self.process = config, number, None

    def start(self):
        read, write = os.pipe()
        environment = dict(os.environ, AZUREML_PARALLEL_WORKER=str(self.number), AZUREML_PARALLEL_ANSWERS=str(write))
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__)] + sys.argv[1:],
            stdin=subprocess.PIPE, env=environment, pass_fds=[write], universal_newlines=True)
        os.close(write)
        self.answers = os.fdopen(read)

    def answer(self, seconds):
        """The next answer; None when the process has ended or was ended because it took too long."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            line = self.answers.readline()
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith("\n") else None

    def run(self, batch):
        limit = self.config["timeout"]
        if self.process is None:
            self.start()
            # init() may load a large model, so that a mini batch's limit does not count for it.
            if self.answer(max(limit, 600)) is None:
                self.stop()
                raise SystemExit("init() of %s failed; see above" % self.config["entry_script"])
        try:
            self.process.stdin.write(json.dumps(batch) + "\n")
            self.process.stdin.flush()
            answer = self.answer(limit)
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.stop()
            return {"error": "the worker ended, or took longer than %s s" % limit}
        return answer

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.answers.close()
            self.process = None


class Run:
    """All mini batches, and what has become of them."""

    def __init__(self, config, batches):
        self.config, self.batches = config, batches
        self.next, self.rows, self.failed_items, self.failed_batches = 0, {}, 0, 0
        self.lock, self.fatal = threading.Lock(), None

    def take(self):
        with self.lock:
            if self.fatal or self.over() or self.next >= len(self.batches):
                return None
            self.next += 1
            return self.next - 1

    def over(self):
        """Whether more has failed than may."""
        items, batches = self.config["error_threshold"], self.config["mini_batch_error_threshold"]
        return (0 <= items < self.failed_items) or (0 <= batches < self.failed_batches)

    def work(self, number):
        process = Worker(self.config, number)
        try:
            index = self.take()
            while index is not None:
                self.attempt(process, index)
                index = self.take()
        except BaseException as failure:
            with self.lock:
                self.fatal = failure
        finally:
            process.stop()

    def attempt(self, process, index):
        batch = self.batches[index]
        for attempt in range(self.config["max_retries"] + 1):
            answer = process.run(batch)
            if "rows" in answer:
                break
            print("mini batch %d, attempt %d: %s" % (index, attempt + 1, answer["error"]), flush=True)
        with self.lock:
            rows = answer.get("rows")
            self.failed_batches += rows is None
            self.failed_items += max(0, len(batch) - len(rows or []))
            self.rows[index] = rows or []


def files(root):
    """All files of an input, by name."""
    if os.path.isfile(root):
        return [root]
    found = [os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names]
    return sorted(found)


def main(config):
    items = files(os.environ["AZURE_ML_INPUT_" + config["input"]])
    size = config["mini_batch_size"]
    run = Run(config, [items[i:i + size] for i in range(0, len(items), size)])
    count = max(1, min(config["workers"], len(run.batches)))
    print("%d files in %d mini batches, %d workers" % (len(items), len(run.batches), count), flush=True)
    threads = [threading.Thread(target=run.work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if run.fatal:
        sys.exit(str(run.fatal))
    if run.over():
        sys.exit("%d items and %d mini batches failed, more than error_threshold %d and mini_batch_error_threshold %d allow"
                 % (run.failed_items, run.failed_batches, config["error_threshold"], config["mini_batch_error_threshold"]))
    if config["append_row_to"]:
        target = os.environ["AZURE_ML_OUTPUT_" + config["append_row_to"]]
        if os.path.isdir(target):
            target = os.path.join(target, "parallel_run_step.txt")
        with open(target, "w") as output:
            for index in sorted(run.rows):
                output.writelines(row + "\n" for row in run.rows[index])
    print("%d mini batches done, %d items failed" % (len(run.batches), run.failed_items), flush=True)


if __name__ == "__main__":
    CONFIG = json.loads(os.environ["AZUREML_PARALLEL_CONFIG"])
    if "AZUREML_PARALLEL_ANSWERS" in os.environ:
        worker(CONFIG, os.fdopen(int(os.environ["AZUREML_PARALLEL_ANSWERS"]), "w"))
    else:
        main(CONFIG)
