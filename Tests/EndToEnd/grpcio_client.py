"""A real proxyless gRPC client (C-core through PyPI's grpcio), driven by lines on stdin.

    burst N [header=value]   makes N calls and prints one JSON line with the answers' counts
    background               prints what the steady background calls have seen so far
"""

import json
import sys
import threading
import time
from collections import Counter

import grpc

REQUEST = b"\x0a\x08Laurence"


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
    def __init__(self, target: str):
        self.channel = grpc.insecure_channel(target)
        self.say_hello = self.channel.unary_unary("/api.Greeter/SayHello")
        self.background = Counter()

    def call(self, counts: Counter, metadata=None):
        try:
            answer = self.say_hello(REQUEST, metadata=metadata, timeout=20)
            counts[workload_version(answer)] += 1
        except grpc.RpcError as error:
            counts["failed"] += 1
            counts[f"error {error.code().name}: {error.details()}"] += 1

    def steady(self):
        while True:
            self.call(self.background)
            time.sleep(0.01)


def main():
    caller = Caller(sys.argv[1])
    first = Counter()
    caller.call(first)
    print(json.dumps(first), flush=True)
    threading.Thread(target=caller.steady, daemon=True).start()
    for line in sys.stdin:
        words = line.split()
        counts = Counter()
        if words[0] == "burst":
            metadata = [tuple(word.split("=", 1)) for word in words[2:]]
            for _ in range(int(words[1])):
                caller.call(counts, metadata)
        else:
            counts = caller.background
        print(json.dumps(dict(counts)), flush=True)


main()
