"""A gRPC client in a process of its own (C-core through PyPI's grpcio), driven by JSON lines on stdin.

Its target is what it is started with: `xds:///HOST:PORT` makes it a proxyless xDS client, an address
one that calls through whatever listens there, such as an Envoy.

    {"do": "burst", "count": 100, "headers": [["user", "admin"]], "path": "/api.Greeter/SayHello"}
    {"do": "steady", "every": 0.01}     calls all the time in the background
    {"do": "background"}                what the background calls have seen so far
    {"do": "rest"}                      ends the background calls, and tells as above

Each answer is one JSON line: how many answers came from which workload version, how many calls
`failed`, and with what errors.
"""

import argparse
import json
import sys
import threading
from collections import Counter

import grpc

REQUEST = b"\x0a\x08Laurence"
PATH = "/api.Greeter/SayHello"


def workload_version(answer: bytes) -> str:
    """Field 2 of api.User; both of its first fields are strings."""
    position = 0
    while position < len(answer):
        field, length = answer[position] >> 3, answer[position + 1]
        if answer[position] & 7 != 2:
            break
        if field == 2:
            return answer[position + 2 : position + 2 + length].decode()
        position += 2 + length
    return ""


class Caller:
    def __init__(self, target: str, authority: str):
        options = [("grpc.default_authority", authority)] if authority else []
        self.channel = grpc.insecure_channel(target, options=options)
        self.methods = {}
        self.background = Counter()
        self.resting = threading.Event()
        self.steady_calls = None

    def method(self, path: str):
        if path not in self.methods:
            self.methods[path] = self.channel.unary_unary(path)
        return self.methods[path]

    def call(self, counts: Counter, metadata=None, path=PATH, timeout=20.0):
        try:
            answer = self.method(path)(REQUEST, metadata=metadata, timeout=timeout)
            counts[workload_version(answer)] += 1
        except grpc.RpcError as error:
            counts["failed"] += 1
            counts[f"error {error.code().name}: {error.details()}"] += 1

    def burst(self, count, headers=(), path=PATH, timeout=20.0) -> Counter:
        counts = Counter()
        metadata = [tuple(header) for header in headers]
        for _ in range(count):
            self.call(counts, metadata, path, timeout)
        return counts

    def begin_steady(self, every: float):
        def run():
            while not self.resting.wait(every):
                self.call(self.background)

        self.resting.clear()
        self.steady_calls = threading.Thread(target=run, daemon=True)
        self.steady_calls.start()

    def rest(self):
        self.resting.set()
        if self.steady_calls:
            self.steady_calls.join()
        self.steady_calls = None

    def obey(self, order: dict) -> Counter:
        work = order.pop("do")
        if work == "burst":
            return self.burst(**order)
        if work == "steady":
            self.begin_steady(order.get("every", 0.01))
        elif work == "rest":
            self.rest()
        elif work != "background":
            raise ValueError(f"unknown order {work}")
        return Counter(self.background)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--authority", default="")
    arguments = parser.parse_args()
    caller = Caller(arguments.target, arguments.authority)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(caller.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
