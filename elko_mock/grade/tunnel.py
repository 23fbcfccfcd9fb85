"""The listener with the wrong certificate: TLS for another host's name, with the mock behind it."""

import socket
import ssl
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

OTHER_HOST = "somebody-else.invalid"
_BUFFER = 64 * 1024
_PATIENCE = 30.0


class Tunnel:
    """Accepts connections, shows its certificate, and passes on to a port of this machine whatever still comes."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._folder = tempfile.TemporaryDirectory(prefix="elko-mock-")
        authority = trustme.CA()
        self.authority_file = Path(self._folder.name) / "authority.pem"
        """The certificate of the authority, for a client to trust: then nothing is wrong but the name."""
        authority.cert_pem.write_to_path(self.authority_file)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(OTHER_HOST).configure_cert(self._context)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"https://127.0.0.1:{self.port}"
        self.connections = 0
        """TCP connections made, whatever came of them."""
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="elko-mock-tunnel", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and close what is open."""
        # Closing alone does not wake a thread that waits in accept.
        with socket.socket() as knock:
            knock.settimeout(1)
            self._closing = True
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join(timeout=5)
        self._socket.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            _shut(one)
        self._folder.cleanup()

    _closing = False

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if self._closing:
                connection.close()
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        try:
            client = self._context.wrap_socket(connection, server_side=True)
        except (OSError, ValueError):  # the client did not like the certificate: as it should be
            connection.close()
            return
        try:
            mock = socket.create_connection(("127.0.0.1", self._target), timeout=_PATIENCE)
        except OSError:
            client.close()
            return
        with self._lock:
            self._open |= {client, mock}
        back = threading.Thread(target=_pass_on, args=(mock, client), daemon=True)
        back.start()
        _pass_on(client, mock)
        back.join(timeout=_PATIENCE)
        with self._lock:
            self._open -= {client, mock}
        client.close()
        mock.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(_BUFFER):
            target.sendall(data)
    except (OSError, ValueError):
        pass
    _shut(target)


def _shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except (OSError, ValueError):
        one.close()
