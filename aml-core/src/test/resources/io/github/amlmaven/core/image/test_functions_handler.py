"""Tests of functions_handler, with what the Functions host sends."""

import base64
import io
import json
import unittest

import functions_handler

INVOCATION = "4f6d1a5e-0000-4000-8000-000000000001"


def model(environ, start_response):
    """Answers what it was asked, and 500 to what it does not like."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("500 Internal Server Error" if b"bad" in body else "200 OK", [("Content-Type", "application/json")])
    asked = [environ["REQUEST_METHOD"], environ["PATH_INFO"], body.decode(), environ.get("HTTP_X_MS_REQUEST_ID", "")]
    return [json.dumps(asked).encode()]


def call(method, path, body=b"", **headers):
    told = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    environ.update(headers)
    content = b"".join(functions_handler.FunctionsHandler(model)(environ, lambda status, *rest: told.append(status)))
    return told[0], json.loads(content)


def invoke(data, metadata):
    body = json.dumps({"Data": {"input": data}, "Metadata": metadata}).encode()
    return call("POST", "/score", body, HTTP_X_AZURE_FUNCTIONS_INVOCATIONID=INVOCATION)


class FunctionsHandlerTest(unittest.TestCase):
    def test_requests_come_to_where_the_scoring_server_has_them(self):
        self.assertEqual(("200 OK", ["POST", "/score", "{}", ""]), call("POST", "/api/score", b"{}"))
        self.assertEqual("/", call("GET", "/api/health")[1][1])
        self.assertEqual("/swagger.json", call("GET", "/prefix/of/mine/swagger.json")[1][1])
        self.assertEqual("/", call("GET", "/")[1][1])

    def test_a_message_is_text_in_a_json_string(self):
        status, answer = invoke(json.dumps('{"data": [1]}'), {"DequeueCount": "1", "Id": '"7"'})
        self.assertEqual("200 OK", status)
        self.assertEqual(["POST", "/score", '{"data": [1]}', INVOCATION], json.loads(answer["Outputs"]["output"]))
        self.assertIsNone(answer["ReturnValue"])

    def test_a_blob_is_base64(self):
        status, answer = invoke(base64.b64encode(b'{"data": [2]}').decode(), {"Uri": '"https://a/b"'})
        self.assertEqual("200 OK", status)
        self.assertEqual('{"data": [2]}', json.loads(answer["Outputs"]["output"])[2])

    def test_what_the_model_refuses_fails_the_invocation(self):
        status, answer = invoke(json.dumps("bad"), {"DequeueCount": "1"})
        self.assertEqual("500 Internal Server Error", status)
        self.assertIn("The model answered 500", answer["message"])

    def test_what_is_no_invocation_is_refused(self):
        self.assertEqual("400 Bad Request", call("POST", "/score", b"no json")[0])
        self.assertEqual("400 Bad Request", call("POST", "/score", b'{"Data": {}}')[0])


if __name__ == "__main__":
    unittest.main()
