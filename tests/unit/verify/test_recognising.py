"""A mock is known by its health; whatever else answers there is no mock, and does not hold up or break the run."""

import gzip
from typing import Any

import orjson
import pytest

from elko_mock.exchange.messages import Request, Response
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from elko_mock.verify.mock import MockControl
from elko_mock.verify.target import parse_target
from tests.verify.answering import answering

HEALTHY = b'{"product":"elko-mock"}'


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"[" * 200_000, None),
        (b'{"product":' * 100_000, None),
        (HEALTHY + b" " * 2_000_000, None),
        (gzip.compress(HEALTHY + b" " * 50_000_000), b"gzip"),
        (b'{"product":"elko-mock"', None),
        (b'["elko-mock"]', None),
        (b'"elko-mock"', None),
        (b'{"product":["elko-mock"]}', None),
        (b"\xff\xfe", None),
        (b"", None),
    ],
)
def test_what_is_no_mock(body: bytes, coding: bytes | None) -> None:
    headers = () if coding is None else ((b"content-encoding", coding),)
    with Live(answering(lambda _: Response(200, headers, body))) as live:
        assert MockControl.recognise(parse_target(live.url)) is None


@pytest.mark.parametrize("world", [{}, {"name": "a", "token": "b"}, {"name": 1, "token": 2, "username": 3}, []])
def test_a_world_that_is_none(world: Any) -> None:
    def answer(request: Request) -> Response:
        return Response(200, (), HEALTHY if request.path == "/_elko/health" else orjson.dumps(world))

    with Live(answering(answer)) as live:
        control = MockControl.recognise(parse_target(live.url))
        assert control is not None
        assert control.make_world(limit=0) is None
        control.close()


def test_a_mock() -> None:
    with Live(assemble(Settings(products=5))) as live:
        control = MockControl.recognise(parse_target(live.url))
        assert control is not None
        assert control.make_world(limit=0) is not None
        control.close()
