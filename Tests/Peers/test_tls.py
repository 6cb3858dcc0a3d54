"""TLS on the xDS port: server certificates, clients' certificates, and who may be which node."""

import subprocess

import grpc
import pytest

from ads import LDS, RDS, ADSStream
from engine import Engine
from mesh import HOST
from processes import Caller, grpc_bootstrap
from terminal import wait_until


def openssl(directory, *words: str):
    subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True, timeout=20)


class Authority:
    """A certificate authority in a directory, and what it signs."""

    def __init__(self, directory):
        self.directory = directory
        self.path = directory / "ca.pem"
        openssl(
            directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE",
        )

    def sign(self, name: str, alternative: str):
        """Makes `name.pem` and `name.key` for a subject alternative name."""
        openssl(
            self.directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr",
        )
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\nbasicConstraints=CA:FALSE\n")
        openssl(
            self.directory, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions.name, "-out",
            f"{name}.new",
        )
        # In place of an older one in one step, as a rotation does it.
        (self.directory / f"{name}.new").rename(self.directory / f"{name}.pem")
        return str(self.directory / f"{name}.pem"), str(self.directory / f"{name}.key")


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def serve(steered, authority, *arguments: str):
    certificate, key = authority.sign("server", "IP:127.0.0.1,DNS:localhost")
    steered.mesh.set_split(100, 0)
    return steered.start("--tls-cert", certificate, "--tls-key", key, *arguments)


def credentials(authority, pair=None) -> dict:
    config = {"ca_certificate_file": str(authority.path)}
    if pair:
        config |= {"certificate_file": pair[0], "private_key_file": pair[1]}
    return {"type": "tls", "config": config}


def test_a_grpc_client_is_steered_over_tls(steered, authority):
    engine = serve(steered, authority)
    bootstrap = grpc_bootstrap(engine.address, "secure", credentials(authority))
    caller = Caller(f"xds:///{steered.mesh.target}", bootstrap=bootstrap)
    try:
        assert caller.burst(20) == {"v1": 20}
        engine.wait_acked("secure")
    finally:
        caller.close()


def test_plaintext_is_refused_where_tls_is_served(steered, authority):
    engine = serve(steered, authority)
    with grpc.insecure_channel(engine.address) as channel:
        with pytest.raises(grpc.FutureTimeoutError):
            grpc.channel_ready_future(channel).result(timeout=1.5)
    assert engine.report["connected"] == 0


def test_a_client_without_a_certificate_is_refused_where_one_is_wanted(steered, authority):
    engine = serve(steered, authority, "--tls-client-ca", str(authority.path))
    secure = grpc.ssl_channel_credentials(authority.path.read_bytes())
    with grpc.secure_channel(engine.address, secure) as channel:
        stream = ADSStream(channel, "stranger")
        stream.ask(LDS, [steered.mesh.target])
        with pytest.raises(grpc.RpcError) as refusal:
            stream.next()
        assert refusal.value.code() == grpc.StatusCode.UNAVAILABLE
    assert engine.report["connected"] == 0


def test_a_certificate_may_speak_only_for_the_nodes_that_are_its_own(steered, authority):
    identity = "spiffe://mesh/web"
    certificate, key = authority.sign("web", f"URI:{identity}")
    engine = serve(
        steered, authority, "--tls-client-ca", str(authority.path),
        "--tls-identity", f"{identity}=*~web-*",
    )
    secure = grpc.ssl_channel_credentials(
        authority.path.read_bytes(), read(key), read(certificate)
    )
    with grpc.secure_channel(engine.address, secure) as channel:
        own = ADSStream(channel, "web-1")
        own.ask(LDS, [steered.mesh.target])
        assert own.next().type_url == LDS
        other = ADSStream(channel, "db-1")
        other.ask(LDS, [steered.mesh.target])
        with pytest.raises(grpc.RpcError) as refusal:
            other.next()
        assert refusal.value.code() == grpc.StatusCode.PERMISSION_DENIED
        own.close()


def test_a_rotated_certificate_is_served_and_costs_no_stream(steered, authority):
    engine = serve(steered, authority)
    secure = grpc.ssl_channel_credentials(authority.path.read_bytes())
    with grpc.secure_channel(engine.address, secure) as channel:
        stream = ADSStream(channel, "lasting")
        stream.ask(LDS, [steered.mesh.target])
        stream.ack(stream.next())
        engine.wait_answered("lasting")
        before = served_serial(engine.port)
        authority.sign("server", "IP:127.0.0.1,DNS:localhost")
        wait_until(lambda: served_serial(engine.port) != before, "the new certificate", timeout=20)
        # The stream that was open is open still, and hears of what it asks for now.
        stream.ask(RDS, [f"outbound|{steered.mesh.port}||{HOST}"])
        assert stream.next().type_url == RDS
        stream.close()


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def served_serial(port: int) -> str:
    """The serial number of the certificate that a new connection sees."""
    shown = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-alpn", "h2"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=10,
    )
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-serial"],
        input=shown.stdout, capture_output=True, timeout=10,
    )
    return told.stdout.decode().strip()


def test_a_public_address_wants_tls_or_an_explicit_word(steered):
    steered.mesh.write()
    with pytest.raises(AssertionError, match="loopback|this machine"):
        Engine(steered.mesh.path, listen="0.0.0.0", arguments=["--debug-listen", "off"])
    engine = Engine(
        steered.mesh.path, listen="0.0.0.0",
        arguments=["--debug-listen", "off", "--insecure-listen"],
    )
    engine.close()
