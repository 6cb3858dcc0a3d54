"""Fixtures: backends that count, an engine on an external mesh, and clients of all kinds."""

import pytest

from engine import Engine
from mesh import Endpoint, MeshFile
from peers import DUBBO_CLIENT, KINDS, make_peer
from processes import Backends
from terminal import free_port


@pytest.fixture(scope="session")
def servers():
    """The process of all backends."""
    process = Backends()
    yield process
    process.close()


class Counted:
    """The backends of one test, and what they have answered since it began."""

    def __init__(self, servers: Backends):
        self.servers = servers
        self.versions: dict[int, str] = {}

    def start(self, version: str) -> Endpoint:
        port = self.servers.start(version)
        self.versions[port] = version
        return Endpoint(port, version)

    def stop(self, endpoint: Endpoint):
        self.servers.stop(endpoint.port)

    def count(self, endpoint: Endpoint) -> int:
        return self.servers.counts()[endpoint.port]

    def by_version(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for port, count in self.servers.counts().items():
            if port in self.versions:
                version = self.versions[port]
                found[version] = found.get(version, 0) + count
        return found

    def total(self) -> int:
        return sum(self.by_version().values())


@pytest.fixture
def backends(servers):
    return Counted(servers)


@pytest.fixture
def mesh(tmp_path, backends):
    """A service with one backend a version and no rules; and, for dubbo-go, its clients' service."""
    file = MeshFile(tmp_path / "mesh.yaml", free_port())
    file.endpoints = [backends.start("v1"), backends.start("v2")]
    own = [Endpoint(20_000, "client", DUBBO_CLIENT.ip)]
    # An Envoy binds a port for each service: this one's on an address of its own.
    file.add_service(DUBBO_CLIENT.host, DUBBO_CLIENT.port, own, [DUBBO_CLIENT.ip])
    return file


class Steered:
    """A mesh, the engine that steers it, and the clients that a test adds."""

    def __init__(self, mesh, backends, directory):
        self.mesh, self.backends, self.directory = mesh, backends, directory
        self.debug_port = free_port()
        self.engine = None
        self.peers = []

    def start(self, *arguments: str, **options):
        """Writes the mesh's file and starts the engine on it."""
        self.mesh.write()
        host = options.get("listen", "127.0.0.1")
        debug = ["--debug-listen", f"{host}:{self.debug_port}"]
        self.engine = Engine(self.mesh.path, arguments=[*debug, *arguments], **options)
        return self.engine

    def add(self, kind: str, listener: str | None = None, is_callable: bool = True):
        """Starts a client and waits until it is steered, and can call where anything answers."""
        peer = make_peer(kind, self, listener)
        self.peers.append(peer)
        peer.wait_ready(is_callable)
        return peer

    def edit(self):
        """Writes the mesh's file and waits until every client has what it says in force."""
        self.engine.edit(self.mesh, *[peer.name for peer in self.peers])

    def split(self, v1: int, v2: int):
        self.mesh.set_split(v1, v2)
        self.edit()

    def close(self):
        for peer in self.peers:
            peer.close()
        if self.engine:
            self.engine.close()


@pytest.fixture
def steered(mesh, backends, tmp_path):
    world = Steered(mesh, backends, tmp_path)
    yield world
    world.close()


def pytest_configure(config):
    config.addinivalue_line("markers", "peers(*kinds): the kinds of client that a test is for")
    for kind in KINDS:
        config.addinivalue_line("markers", f"{kind.replace('-', '_')}: tests with {kind} as client")


def kinds(*wanted: str):
    """Parameters for tests that run once a kind of client; `-m grpc` picks one kind."""
    return [pytest.param(kind, marks=getattr(pytest.mark, kind.replace("-", "_"))) for kind in wanted]


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        wanted = metafunc.definition.get_closest_marker("peers")
        metafunc.parametrize("kind", kinds(*(wanted.args if wanted else KINDS)))
