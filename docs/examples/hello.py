"""Calls api.Greeter a thousand times and counts the versions that answered.

    hello.py xds:///dubbo-go-server.default.svc.cluster.local:20000     steered by xDS itself
    hello.py 127.0.0.1:20000                                            through an Envoy
"""

import collections
import sys

import grpc

hello = grpc.insecure_channel(sys.argv[1]).unary_unary("/api.Greeter/SayHello")
answers = (hello(b"\x0a\x05weird", wait_for_ready=True) for _ in range(1000))
print(collections.Counter(answer[-6:].decode() for answer in answers))
