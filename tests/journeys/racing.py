"""Races: each client has its connection and all of its request ready before any of them sends."""

import http.client
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

from tests.journeys.driving import Client, Reply, Send

Ask = Callable[[Client], Reply]
"""One request of a client."""


def race(url: str, asks: Sequence[tuple[Client, Ask]], seed: int) -> list[Reply]:
    """The replies to all that is asked at one moment, each from a thread and on a connection of its own.

    With an odd seed the server has every request but its last byte when the race begins, with an even one nothing. The
    seed decides as well in which order the clients line up.
    """
    address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
    barrier = Barrier(len(asks))
    order = random.Random(seed).sample(range(len(asks)), len(asks))
    send = _together(address, barrier, held=1 if seed % 2 else None)
    with ThreadPoolExecutor(len(asks)) as pool:
        under_way = {place: pool.submit(_asked, *asks[place], send) for place in order}
        return [under_way[place].result() for place in range(len(asks))]


def _asked(client: Client, ask: Ask, send: Send) -> Reply:
    return ask(Client(send, client.form, client.token, client.headers, client.contract))


def _together(address: tuple[str, int], barrier: Barrier, *, held: int | None) -> Send:
    def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        head = {"Host": "elko-mock.test", "Connection": "close", "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        raw = f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body
        before = 0 if held is None else len(raw) - held
        with socket.create_connection(address, timeout=60) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.sendall(raw[:before])
            barrier.wait(timeout=60)
            sock.sendall(raw[before:])
            answer = http.client.HTTPResponse(sock, method=method)
            answer.begin()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    return send
