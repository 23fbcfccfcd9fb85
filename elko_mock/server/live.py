"""Live: the mock behind a real port, in the foreground for the command or in a thread for tests."""

import asyncio
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from elko_mock.exchange.asgi import ASGIApp
from elko_mock.server.limits import Limits
from elko_mock.server.protocol import Protocol

if sys.platform != "win32":
    import resource

_STOP_WITHIN = 0.5
"""Seconds that requests under way get to end once the server is told to stop."""
_START_WITHIN = 30.0
_MOST_FILES = 65_536
_OTHER_FILES = 64
"""Open files that are no connections."""
_DOORS = 8
"""Handles on the listening socket. In each round of the loop libuv takes one new connection from each, and a round over
a thousand busy connections takes a twentieth of a second: at a single door others would wait for seconds."""
_COLLECT_AFTER = (10_000, 10, 10)
"""How many new objects the collector waits for, and how many of its small and middle rounds go to a large one. At
Python's own pace (700) it walks over growing journals and orders again and again, to find nothing: of all that a call
or a world makes, only a closed connection is left in a loop of references."""


class CannotListen(OSError):
    """The address or the port cannot be had; the message says why."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, proto)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
            sock.listen(2048)
        except OSError:
            sock.close()
            raise
    except OSError as problem:
        raise CannotListen(f"cannot listen on {host} port {port}: {problem.strerror or problem}") from None
    sock.setblocking(False)
    return sock


def url_of(sock: socket.socket) -> str:
    """The base URL under which the socket is reached from this machine."""
    host, port = sock.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - told apart, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn's server, ended by SIGINT or SIGTERM with an exit that the caller decides."""

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; each second a look at how long connections have taken."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, Protocol):
                    connection.expire(now)
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            self.should_exit = True

        former = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in former.items():
                signal.signal(one, handler)


def _server(app: ASGIApp, limits: Limits, *, log_level: str = "warning", tls: tuple[str, str] | None = None) -> _Server:
    protocol: Any = partial(Protocol, limits=limits)
    return _Server(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="on",
            log_level=log_level if log_level in {"debug", "error", "critical"} else "warning",
            access_log=False,
            proxy_headers=False,  # X-Forwarded-For is the gate's to judge
            server_header=False,
            date_header=False,
            backlog=2048,
            timeout_graceful_shutdown=_STOP_WITHIN,  # type: ignore[arg-type]  # seconds; a fraction works as well
            ssl_certfile=tls[0] if tls else None,
            ssl_keyfile=tls[1] if tls else None,
        )
    )


def serve(app: ASGIApp, sock: socket.socket, *, log_level: str, started: Callable[[], None]) -> None:
    """Serve in the foreground until SIGINT or SIGTERM; `started` is called once requests are answered."""
    server = _server(app, Limits(connections=_file_limit() - _OTHER_FILES), log_level=log_level)

    async def main() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=_doors(sock)))
        while not server.started and not serving.done():
            await asyncio.sleep(0.001)
        if server.started:
            # What is there now stays, so the collector need not look at it again and again.
            gc.freeze()
            gc.set_threshold(*_COLLECT_AFTER)
            started()
        await serving

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(main())


def _doors(sock: socket.socket) -> list[socket.socket]:
    if sys.platform == "win32":  # where there is no libuv
        return [sock]
    return [sock, *(sock.dup() for _ in range(_DOORS - 1))]


def _file_limit() -> int:
    """How many files this process may have open, raised as far as that is allowed: each connection is one."""
    if sys.platform == "win32":  # which has no such limit
        return _MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_FILES
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


class Live:
    """A server in a thread of its own."""

    def __init__(
        self,
        app: ASGIApp,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: tuple[str, str] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        """`tls`: the files of a certificate and its key. Raises CannotListen."""
        self._socket = listen(host, port)
        self.url = url_of(self._socket) if tls is None else url_of(self._socket).replace("http:", "https:", 1)
        """For example `http://127.0.0.1:40123`, no slash at its end."""
        self.port = int(self._socket.getsockname()[1])
        self._server = _server(app, limits, tls=tls)
        self._thread = threading.Thread(target=self._run, name="elko-mock", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> "Live":
        """Returns once requests are answered. Raises RuntimeError when that takes too long."""
        self._thread.start()
        ready = threading.Event()
        waited = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or waited > _START_WITHIN:
                self.stop()
                self._socket.close()
                raise RuntimeError("the mock did not start; its log says why")
            ready.wait(0.005)
            waited += 0.005
        return self

    def stop(self) -> None:
        """Ends the server and waits for its thread."""
        self._server.should_exit = True
        self._thread.join(timeout=_STOP_WITHIN + 5)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                runner.run(self._server.serve(sockets=_doors(self._socket)))
        except Exception:
            logging.getLogger("elko_mock").exception("the mock's thread ended")

    def __enter__(self) -> "Live":
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
