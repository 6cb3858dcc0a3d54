"""A gRPC client in a process of its own that tells all of each answer, driven by JSON lines on stdin.

    {"do": "call", "target": "127.0.0.1:20000", "authority": "a:80", "path": "/a/B", "count": 3}

makes calls, `parallel` at a time, and answers `{"answers": […]}`: each call's `code`, `details`, `body`,
`seconds` and response `headers`.
"""

import json
import sys
import time
from concurrent import futures

import grpc

PATH = "/api.Greeter/SayHello"


class FieldCaller:
    def __init__(self):
        self.channels = {}

    def channel(self, target: str, authority: str):
        key = (target, authority)
        if key not in self.channels:
            options = [("grpc.default_authority", authority)] if authority else []
            self.channels[key] = grpc.insecure_channel(target, options=options)
        return self.channels[key]

    def call(
        self, target, authority="", path=PATH, headers=(), timeout=10.0, count=1, parallel=1
    ):
        method = self.channel(target, authority).unary_unary(path)
        metadata = [tuple(header) for header in headers]

        def one(_):
            start = time.monotonic()
            pending = method.future(b"", metadata=metadata, timeout=timeout, wait_for_ready=False)
            failure = pending.exception()
            return {
                "code": pending.code().name,
                "details": pending.details() or "",
                "body": {} if failure else json.loads(pending.result()),
                "seconds": time.monotonic() - start,
                "headers": [
                    [name, value]
                    for name, value in pending.initial_metadata() or ()
                    if isinstance(value, str)
                ],
            }

        with futures.ThreadPoolExecutor(parallel) as pool:
            return {"answers": list(pool.map(one, range(count)))}


def main():
    caller = FieldCaller()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        work = order.pop("do")
        if work != "call":
            raise ValueError(f"unknown order {work}")
        print(json.dumps(caller.call(**order)), flush=True)


if __name__ == "__main__":
    main()
