"""A moto server whose functions and containers are run by the tests themselves.

moto keeps buckets, secrets, stacks and executions, but runs functions and containers in Docker or not at all. Here it
asks an address that the tests set by PUT /moto-api/compute {"url": ...}: the handlers run in the test's own process.
"""

import json
import threading

from additions import compute, custom, ecr_public, stacks
import moto.server as moto_server

plain_application = moto_server.DomainDispatcherApplication
# Transactions of DynamoDB are atomic; moto checks and writes item by item, with a thread for each call.
one_at_a_time = threading.Lock()


class Application(plain_application):
    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if path.endswith("/cfnresponse"):
            custom.answered(json.loads(environ["wsgi.input"].read(length)))
            start_response("200 OK", [("Content-Length", "0")])
            return [b""]
        if ecr_public.asked(environ):
            status, body = ecr_public.answer(environ, environ["wsgi.input"].read(length))
            return _json(start_response, body, "200 OK" if status == 200 else "400 Bad Request")
        if environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
            with one_at_a_time:
                return super().__call__(environ, start_response)
        if path != "/moto-api/compute":
            return super().__call__(environ, start_response)
        if environ["REQUEST_METHOD"] == "PUT":
            compute.set_address(json.loads(environ["wsgi.input"].read(length))["url"])
        return _json(start_response, {"calls": compute.state_machine_calls, "pending": len(compute.pending)})


def _json(start_response, body, status="200 OK"):
    answer = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(answer)))])
    return [answer]


if __name__ == "__main__":
    compute.install()
    custom.install()
    stacks.install()
    moto_server.DomainDispatcherApplication = Application
    moto_server.main()
