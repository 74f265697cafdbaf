import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/exit":
            os._exit(3)
        if self.path == "/unhealthy":
            Handler.healthy = False
        if self.path == "/health" and not Handler.healthy:
            return self.answer(500, {"healthy": False})
        self.answer(
            200,
            {
                "version": "@VERSION@",
                "path": self.path,
                "uid": os.getuid(),
                "cwd": os.getcwd(),
                "greeting": os.environ.get("GREETING"),
                "secret": os.environ.get("SECRET"),
                "name": os.environ.get("SERVER_NAME"),
                "model": sorted(os.listdir(os.environ["AZUREML_MODEL_DIR"])) if "AZUREML_MODEL_DIR" in os.environ else None,
            },
        )

    do_POST = do_GET

    healthy = True

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        print("request", self.path, flush=True)


if os.environ.get("FAIL"):
    print("failing as asked", flush=True)
    sys.exit(int(os.environ["FAIL"]))
with open("/tmp/written", "w") as scratch:
    scratch.write("ok")
# PORT is set where the machine's network is shared; in a network of its own a container must listen to the outside
address = ("127.0.0.1", int(os.environ["PORT"])) if "PORT" in os.environ else ("0.0.0.0", 5001)
server = ThreadingHTTPServer(address, Handler)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print("server @VERSION@ listens", flush=True)
server.serve_forever()
print("server ends", flush=True)
