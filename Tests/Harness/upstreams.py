"""gRPC servers that tell what they were asked, in one process, driven by JSON lines on stdin.

    {"do": "start", "version": "v1", "tls": "/folder/of/certificates"}    {"port": 20000}
    {"do": "stop", "port": 20000}
    {"do": "seen", "id": "x"}      the calls with that `x-call-id`, each as it was answered

They take any method, and answer with JSON: the server's version, and the path, authority, headers and
caller's address that it saw. A call's headers say what else becomes of it:

    x-delay: 0.5                   the answer takes so many seconds
    x-fail: UNAVAILABLE            fails so, the first `x-fail-times` times (else always)
    x-fail-version: v1             ... at servers of this version only
"""

import json
import sys
import threading
import time
from collections import Counter
from concurrent import futures

import grpc

# Many, since calls that take their time hold one each.
THREADS = 16


class Echo(grpc.GenericRpcHandler):
    """One server's answers."""

    def __init__(self, version: str, seen: list, failed: Counter):
        self.version, self.seen, self.failed = version, seen, failed

    def service(self, details):
        headers = [
            [name, value] for name, value in details.invocation_metadata if isinstance(value, str)
        ]
        return grpc.unary_unary_rpc_method_handler(
            lambda _, context: self.answer(details.method, headers, context)
        )

    def answer(self, path, headers, context):
        values = dict(headers)
        told = {
            "version": self.version,
            "path": path,
            "authority": context._rpc_event.call_details.host.decode(),
            "headers": headers,
            "peer": context.peer(),
            "at": time.time(),
        }
        self.seen.append(told)
        # A call whose answer has begun is neither tried again nor cut off as one that hasn't.
        time.sleep(float(values.get("x-delay", 0)))
        if self.fails(values):
            context.abort(grpc.StatusCode[values["x-fail"]], f"asked for at {self.version}")
        context.send_initial_metadata(
            [("x-workload-version", self.version), ("x-from", "upstream"), ("x-gone", "upstream")]
        )
        return json.dumps(told).encode()

    def fails(self, values: dict) -> bool:
        if "x-fail" not in values or values.get("x-fail-version", self.version) != self.version:
            return False
        identifier = values.get("x-call-id", "")
        self.failed[identifier] += 1
        return self.failed[identifier] <= int(values.get("x-fail-times", 1_000_000))


class Servers:
    def __init__(self):
        self.servers = {}
        self.seen, self.failed = [], Counter()

    def start(self, version, tls=None):
        server = grpc.server(
            futures.ThreadPoolExecutor(THREADS), options=[("grpc.so_reuseport", 0)]
        )
        server.add_generic_rpc_handlers([Echo(version, self.seen, self.failed)])
        if tls:
            port = server.add_secure_port("127.0.0.1:0", self.credentials(tls))
        else:
            port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.servers[port] = server
        return {"port": port}

    @staticmethod
    def credentials(folder):
        """With the folder's key and certificate; callers show one where it has `clients.pem`."""
        def read(name):
            with open(f"{folder}/{name}", "rb") as file:
                return file.read()

        try:
            clients = read("clients.pem")
        except FileNotFoundError:
            clients = None
        pair = (read("key.pem"), read("cert.pem"))
        return grpc.ssl_server_credentials([pair], clients, clients is not None)

    def obey(self, order: dict):
        work = order.pop("do")
        if work == "start":
            return self.start(**order)
        if work == "stop":
            self.servers.pop(order["port"]).stop(0).wait()
            return {}
        if work == "seen":
            wanted = ["x-call-id", order["id"]]
            return {"calls": [each for each in list(self.seen) if wanted in each["headers"]]}
        raise ValueError(f"unknown order {work}")


def main():
    servers = Servers()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(servers.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
