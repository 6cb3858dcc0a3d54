"""Greeter servers that count what they answer, in one process, driven by JSON lines on stdin.

    {"do": "start", "version": "v1", "address": "127.0.0.1", "port": 0}
    {"do": "stop", "port": 20000}
    {"do": "counts"}                          {"20000": 17, ...}
    {"do": "health", "port": 20000, "serving": false}
"""

import json
import sys
from collections import Counter
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


def user(version: str) -> bytes:
    """api.User with a name and, as its id, the version."""
    name = b"Hello Laurence"
    identifier = version.encode()
    return bytes([0x0A, len(name)]) + name + bytes([0x12, len(identifier)]) + identifier


class Greeter(grpc.GenericRpcHandler):
    """Answers every method of api.Greeter."""

    def __init__(self, version: str):
        self.version = version
        self.answer = user(version)
        self.calls = 0

    def service(self, details):
        if not details.method.startswith("/api.Greeter/"):
            return None
        return grpc.unary_unary_rpc_method_handler(self.say_hello)

    def say_hello(self, request, context):
        self.calls += 1
        context.send_initial_metadata([("x-workload-version", self.version)])
        return self.answer


class Servers:
    def __init__(self):
        self.servers = {}
        self.greeters = {}
        self.health = {}
        self.earlier = Counter()

    def start(self, version, address, port):
        greeter = Greeter(version)
        # One thread, so that the count needs no lock.
        server = grpc.server(futures.ThreadPoolExecutor(1), options=[("grpc.so_reuseport", 0)])
        state = health.HealthServicer()
        state.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(state, server)
        server.add_generic_rpc_handlers([greeter])
        host = f"[{address}]" if ":" in address else address
        port = server.add_insecure_port(f"{host}:{port}")
        server.start()
        if port in self.greeters:
            self.earlier[port] += self.greeters[port].calls
        self.servers[port], self.greeters[port], self.health[port] = server, greeter, state
        return {"port": port}

    def stop(self, port):
        self.servers.pop(port).stop(2).wait()
        return {}

    def counts(self):
        return {port: self.earlier[port] + each.calls for port, each in self.greeters.items()}

    def set_health(self, port, serving):
        status = health_pb2.HealthCheckResponse
        self.health[port].set("", status.SERVING if serving else status.NOT_SERVING)
        return {}


def main():
    servers = Servers()
    orders = {
        "start": servers.start,
        "stop": servers.stop,
        "counts": servers.counts,
        "health": servers.set_health,
    }
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(orders[order.pop("do")](**order)), flush=True)


if __name__ == "__main__":
    main()
