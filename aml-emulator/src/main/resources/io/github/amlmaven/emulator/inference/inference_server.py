"""Starts azureml-inference-server-http on a loopback port, with the settings that the environment gives."""

import os
import sys

try:
    from azureml_inference_server_http import amlserver
    from azureml_inference_server_http.constants import DEFAULT_WORKER_COUNT, PACKAGE_ROOT
    from azureml_inference_server_http.log_config import load_logging_config
except ModuleNotFoundError as error:
    if error.name != "azureml_inference_server_http":
        raise
    sys.exit("The package azureml-inference-server-http is missing: add it to the environment's conda file.")

if sys.platform == "win32":
    from azureml_inference_server_http import amlserver_win as server
else:
    from azureml_inference_server_http import amlserver_linux as server
    from gunicorn.config import KNOWN_SETTINGS

    if any(setting.name == "control_socket_disable" for setting in KNOWN_SETTINGS):
        os.environ["GUNICORN_CMD_ARGS"] = "--no-control-socket " + os.environ.get("GUNICORN_CMD_ARGS", "")

workers = os.environ.setdefault("WORKER_COUNT", str(DEFAULT_WORKER_COUNT))
port = os.environ["PORT"]
os.environ.setdefault("AZUREML_INFERENCE_SERVER_HTTP_ENABLED", "true")
if os.environ.get("SERVER_VERSION_LOG_RESPONSE_ENABLED", "true").lower() == "true":
    os.environ.setdefault("HTTP_X_MS_SERVER_VERSION", f"azmlinfsrv/{amlserver.__version__}")
os.chdir(os.environ["AML_APP_ROOT"])
load_logging_config(PACKAGE_ROOT, silent=True)
amlserver.print_server_info()
server.run("127.0.0.1", port, workers)
