"""A TCP relay in front of an engine, which a test can cut."""

import socket
import threading


class Relay:
    """Carries bytes to `target` (`host:port`) and back; while it is cut, nobody gets through."""

    def __init__(self, target: str):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.is_cut = False
        self.sockets: list[socket.socket] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends all connections, and refuses new ones until `mend`."""
        self.is_cut = True
        for each in self.sockets:
            end(each)
        self.sockets = []

    def mend(self):
        self.is_cut = False

    def close(self):
        self.cut()
        end(self.server)
        self.server.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            engine = socket.create_connection(self.target)
            self.sockets += [client, engine]
            for source, sink in ((client, engine), (engine, client)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        end(source)
        end(sink)


def end(connection: socket.socket):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It has ended already.
