"""A client that refuses what it is sent: the engine says so, and what it said."""

import grpc
import pytest

from ads import CDS, ADSStream


@pytest.fixture
def stream(steered):
    steered.mesh.set_split(90, 10)
    steered.start()
    with grpc.insecure_channel(steered.engine.address) as channel:
        opened = ADSStream(channel, "refuser", generator="")
        yield opened
        opened.close()


REASON = "Error adding/updating cluster(s) v1: no such filter"


def test_a_nack_of_a_foreign_client_is_reported_with_its_text(steered, stream):
    stream.ask(CDS)
    stream.ack(stream.next())
    steered.engine.wait_answered("refuser")
    steered.mesh.subsets = ["v1", "v2", "v3"]
    steered.mesh.write()
    stream.nack(stream.next(), REASON)
    report = steered.engine.wait(lambda report: report["nacked"] == 1, "a NACK")
    [client] = report["clients"]
    assert client["state"] == "nacked" and REASON in client["nack"], client


def test_what_was_refused_is_not_sent_again_until_it_changes(steered, stream):
    stream.ask(CDS)
    stream.nack(stream.next(), REASON)
    steered.engine.wait(lambda report: report["nacked"] == 1, "a NACK")
    steered.mesh.subsets = ["v1", "v2", "v3"]
    steered.mesh.write()
    response = stream.next()
    names = [resource.value for resource in response.resources]
    assert any(b"|v3|" in name for name in names), "the next answer must be the changed one"
    stream.ack(response)
    steered.engine.wait(lambda report: report["nacked"] == 0, "the end of the NACK")
    steered.engine.wait_answered("refuser", 2)
