"""The targets of the fuzzing, without the fuzzer: seeds, what was once found, and some thousand mutations each run.

That each target can fail is shown by breaking what it looks at.
"""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Credential, CredentialForm
from elko_mock.exchange.heads import Head
from elko_mock.exchange.messages import Fields
from elko_mock.faults.header import HeaderProblem
from elko_mock.gate.bearer import Bearer
from elko_mock.server.protocol import Protocol
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import ContentType, Representation
from elko_mock.wire.undecodable import Undecodable
from tests.fuzz import bodies, fields
from tests.fuzz.seeds import WORDS, seeds
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent.parent
FOUND: dict[str, list[bytes]] = {
    "redacted": [
        b'{"c\\u0069ty": "Somewhere"}',
        b'{"pASSWoRD": "something"}',
        b'{"passw\\u006Frd": "something"}',
        b"<eyJabcde_x005F_>",
        b'<xs\xff\xff\xff\xff\xff\xff\xff,i:\x01\x00\x00\x00\x00\x00\x00Lssword":eyJcd0r_x005F_><t\x9f\x9f{"d',
    ],
    "fault": [b"e" + b"l" * 300],
    "problem": [b'\0{"itls":400,"traceId":"00-1","errors":["c"]}'],
}
"""What a target once failed on, by fuzzing or by thinking; it must hold for ever."""


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_holds(name: str) -> None:
    assert seeds(name)
    for one in (b"", b"\0", *seeds(name), *FOUND.get(name, [])):
        TARGETS[name](one)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A seed with pieces cut out, put in, doubled and changed; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    data = bytearray(draw(st.sampled_from(seeds(name)))[:3000])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 8)))
        word = st.sampled_from(WORDS).map(lambda text: text.encode("latin-1"))
        data[at:to] = draw(st.binary(max_size=4) | word | st.just(bytes(data[at:to]) * 2))
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_near_a_seed_holds(name: str, data: st.DataObject) -> None:
    TARGETS[name](data.draw(mutated(name)))


def _raising(*_: Any, **__: Any) -> Any:
    raise KeyError("planted")


def _once_more(data: bytes) -> bytes:
    return data + b"x"


BROKEN: dict[str, list[tuple[Any, str, Callable[..., Any], bytes]]] = {
    "xml": [
        (Codec, "decode", _raising, seeds("xml")[0]),
        (Codec, "encode", lambda self, data, how: json.dumps(data).encode()[:-1] or b"0", seeds("xml")[0]),
    ],
    "json": [(bodies, "same", lambda left, right: False, seeds("json")[0])],
    "body": [(Codec, "decode", lambda self, body, kind: object(), seeds("body")[0])],
    "charset": [(bodies, "to_text", lambda *_, **__: "wrong", b"\1ab\xc3\xa4")],
    "lenient": [(bodies, "coerce", lambda data, *_: [data], seeds("lenient")[0])],
    "problem": [(bodies, "decode_problem", _raising, seeds("problem")[0])],
    "packed": [(bodies, "decompress", lambda *_: b"x" * 200_000, b"gzip\n" + gzip.compress(b"a"))],
    "redacted": [
        (bodies, "without_secrets", _once_more, b"{}"),
        (bodies, "PERSONAL", type("", (), {"hide": staticmethod(lambda data: data)}), b'{"city": "Somewhere"}'),
    ],
    "accept": [
        (fields, "negotiate", lambda *_, **__: Representation("image/png", "text"), b"\0text/xml"),
        (fields, "negotiate", _raising, b"\0text/xml"),
    ],
    "content-type": [(fields, "parse_content_type", lambda value: ContentType(value.upper(), "json", None), b"a/b")],
    "authorization": [
        (fields, "parse_bearer", lambda value: Bearer(value, CredentialForm.BARE), b"Bearer abcdef"),
        (fields, "credential", lambda value, salt: Credential(CredentialForm.BARE, value), b"Bearer abcdef"),
        (fields, "read_head", lambda sent: Head(Fields(sent), sent[1][1].decode()), b"Bearer abcdef"),
    ],
    "forwarded": [(fields, "client_address", lambda peer, value, proxies: value[:9], b"\x00192.0.2.9,1.1.1.1")],
    "fault": [(fields, "requested_faults", lambda *_: HeaderProblem("x", ""), b"status=404")],
    "query": [(type(fields.CONTRACT.operations[0]), "bind", lambda self, path, query: query, b"\4lang=EN")],
    "path": [(Contract, "match", lambda self, method, path: _raising(), b"/v3.0/api/Orders")],
    "http": [
        (Protocol, "_send_refusal", lambda self: self.transport.write(b"500"), b"\0GARBAGE\r\n\r\n"),
        (Protocol, "_feed_held", lambda self: None, b"\x80" + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 700),
    ],
    "head": [(fields, "harmless_headers", lambda headers: headers, b"X-Api-Key: something very secret")],
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_fails_when_what_it_looks_at_is_broken(name: str) -> None:
    for of, attribute, instead, data in BROKEN[name]:
        TARGETS[name](data)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(of, attribute, instead)
            with pytest.raises((AssertionError, KeyError, TypeError, AttributeError, Undecodable)):
                TARGETS[name](data)


def _fuzz(folder: Path, *words: str, before: str = "pass") -> "subprocess.CompletedProcess[str]":
    start = "from tests.fuzz.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    (folder / "start.py").write_text(f"import sys\n{before}\n{start}")
    return subprocess.run(
        [sys.executable, "start.py", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_atheris_it_says_so_and_ends_with_77(tmp_path: Path) -> None:
    ended = _fuzz(tmp_path, "--minutes", "0.1", before="sys.modules['atheris'] = None")
    assert ended.returncode == 77, ended.stdout + ended.stderr
    assert "atheris is not installed" in ended.stderr


def test_with_atheris_it_counts_its_executions(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    ended = _fuzz(tmp_path, "--minutes", "0.05", "--only", "accept")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 0 findings" in ended.stdout
    assert int(ended.stdout.splitlines()[1].split()[1].replace(",", "")) > 100


def test_with_atheris_what_it_finds_is_kept_and_told(tmp_path: Path) -> None:
    """A defect is planted behind the sanity of one target, and found."""
    pytest.importorskip("atheris")
    (tmp_path / "sitecustomize.py").write_text(
        "from elko_mock.gate import bearer\n"
        "parse = bearer.parse_bearer\n"
        "def broken(value):\n"
        "    if value and value.startswith('bearer'):\n"
        "        raise KeyError('planted')\n"
        "    return parse(value)\n"
        "bearer.parse_bearer = broken\n"
    )
    ended = _fuzz(tmp_path, "--minutes", "0.5", "--only", "authorization")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 findings" in ended.stdout
    (found,) = (tmp_path / ".fuzz" / "findings" / "authorization").iterdir()
    assert found.read_bytes().startswith(b"bearer")
    assert str(found.relative_to(tmp_path)) in ended.stdout
