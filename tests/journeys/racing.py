"""Races: each client has its connection and all of its request ready before any of them sends."""

import http.client
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from urllib.parse import urlsplit

from tests.journeys.driving import Client, Reply, Send

LANES = 4
"""Threads that send at once."""
Ask = Callable[[Client], Reply]
"""One request of a client. It is called twice, to write the request and to read the answer."""
_Answer = tuple[int, Mapping[str, str], bytes]


def race(lanes: ThreadPoolExecutor, url: str, asks: Sequence[tuple[Client, Ask]], seed: int) -> list[Reply]:
    """The replies to all that is asked at one moment, each on a connection of its own.

    With an odd seed the server has every request but its last byte when the race begins, with an even one nothing. The
    seed decides as well in which order the clients line up. `lanes` has LANES threads or more.
    """
    address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
    requests = [_written(*one) for one in asks]
    order = random.Random(seed).sample(range(len(asks)), len(asks))
    barrier = Barrier(LANES)
    under_way = [
        lanes.submit(_run, address, {place: requests[place] for place in order[lane::LANES]}, barrier, bool(seed % 2))
        for lane in range(LANES)
    ]
    answers: dict[int, _Answer] = {}
    for lane in under_way:
        answers |= lane.result()
    return [_read(*one, answers[place]) for place, one in enumerate(asks)]


def _run(address: tuple[str, int], requests: Mapping[int, bytes], barrier: Barrier, held: bool) -> dict[int, _Answer]:
    with ExitStack() as stack:
        sockets = {place: stack.enter_context(socket.create_connection(address, timeout=60)) for place in requests}
        before = {place: len(raw) - 1 if held else 0 for place, raw in requests.items()}
        for place, sock in sockets.items():
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.sendall(requests[place][: before[place]])
        barrier.wait(timeout=60)
        for place, sock in sockets.items():
            sock.sendall(requests[place][before[place] :])
        return {place: _answer(sock) for place, sock in sockets.items()}


def _answer(sock: socket.socket) -> _Answer:
    answer = http.client.HTTPResponse(sock)
    answer.begin()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def _written(client: Client, ask: Ask) -> bytes:
    written: list[bytes] = []

    def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> _Answer:
        head = {"Host": "elko-mock.test", "Connection": "close", "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        written.append(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body)
        return 0, {}, b""

    _asked(client, ask, send)
    return written[0]


def _read(client: Client, ask: Ask, answer: _Answer) -> Reply:
    return _asked(client, ask, lambda *_: answer)


def _asked(client: Client, ask: Ask, send: Send) -> Reply:
    return ask(Client(send, client.form, client.token, client.headers, client.contract))
