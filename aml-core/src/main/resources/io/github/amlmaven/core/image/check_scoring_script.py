"""Checks, without running it, that a scoring script keeps the contract of azureml-inference-server-http.

usage: check_scoring_script.py SCRIPT; prints one JSON array of {line, column, message}, in the server's own words.
"""

import ast
import json
import sys


def bindings(body):
    """Names bound at module level, also inside if/try/with, with the node that binds them."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                found[(alias.asname or alias.name).split(".")[0]] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        found[name.id] = node
        else:
            for field in ("body", "orelse", "finalbody"):
                found.update(bindings(getattr(node, field, [])))
            for handler in getattr(node, "handlers", []):
                found.update(bindings(handler.body))
    return found


def required(arguments):
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return positional + sum(1 for default in arguments.kw_defaults if default is None)


def check(tree, script):
    names = bindings(tree.body)
    problems = []
    if "*" not in names:
        for name in ("init", "run"):
            if name not in names:
                message = f"User script at {script} does not have a {name}() function defined."
                problems.append((1, 1, message))
    init = names.get("init")
    if isinstance(init, ast.FunctionDef) and required(init.args):
        problems.append((init.lineno, init.col_offset + 1, "init() is called without arguments."))
    for name in ("init", "run"):
        if isinstance(names.get(name), ast.AsyncFunctionDef):
            node = names[name]
            problems.append((node.lineno, node.col_offset + 1, f"{name}() cannot be async: the server does not await it."))
    run = names.get("run")
    if isinstance(run, ast.FunctionDef):
        arguments = run.args
        parameters = [argument.arg for argument in arguments.args + arguments.kwonlyargs]
        where = (run.lineno, run.col_offset + 1)
        if arguments.posonlyargs or arguments.vararg or arguments.kwarg:
            problems.append((*where, "run() cannot accept positional-only arguments, *args, or **kwargs."))
        elif parameters == ["request_headers"]:
            problems.append((*where, 'run() needs to accept an argument other than "request_headers".'))
        elif not parameters:
            problems.append((*where, "run() needs to accept an argument for input data."))
    return problems


def main(path, script):
    with open(path, "rb") as file:
        source = file.read()
    try:
        problems = check(ast.parse(source, filename=script), script)
    except SyntaxError as error:
        problems = [(error.lineno or 1, error.offset or 1, f"The script cannot be parsed: {error.msg}")]
    except ValueError as error:
        problems = [(1, 1, f"The script cannot be parsed: {error}")]
    print(json.dumps([{"line": line, "column": column, "message": message} for line, column, message in problems]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
