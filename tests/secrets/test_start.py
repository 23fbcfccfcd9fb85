"""The control plane opens every world: where others can reach it, it wants a token, from the first moment on."""

import hmac
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.journeys.driving import BASE, over_port
from tests.secrets.canaries import CONTROL_TOKEN, OWN_TOKEN, PASSWORD, TOKEN, USERNAME, sightings
from tests.secrets.sending import ENVIRONMENT

SERVE = [sys.executable, "-m", "elko_mock", "serve", "--port", "0", "--products", "20"]
HEADER = "X-Elko-Control-Token"


def _ended(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*SERVE, *words], cwd=folder, env=ENVIRONMENT | variables, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "[::]", "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "my-laptop.invalid", "0"]
)
@pytest.mark.parametrize("given", ["nothing", "an empty variable", "an empty table"])
def test_beyond_loopback_it_does_not_start_without_a_token(tmp_path: Path, host: str, given: str) -> None:
    variables = {"ELKO_MOCK_CONTROL_TOKEN": ""} if given == "an empty variable" else {}
    if given == "an empty table":
        (tmp_path / "elko-mock.toml").write_text("[serve]\n")
    ended = _ended(tmp_path, "--host", host, **variables)
    assert ended.returncode == 2
    assert b"so the control plane needs a token: give --control-token" in ended.stderr
    assert ended.stdout == b""


@pytest.mark.parametrize("token", ["", " ", "short", "has a blank in it", "t\u00f6ken-with-umlaut"])
def test_a_token_that_is_none_is_refused_at_start_and_not_repeated(tmp_path: Path, token: str) -> None:
    ended = _ended(tmp_path, "--host", "0.0.0.0", "--control-token", token)
    assert ended.returncode == 2
    assert b"--control-token" in ended.stderr
    assert not token.strip() or token.encode() not in ended.stderr


@contextmanager
def _serving(folder: Path, *words: str, **variables: str) -> Iterator[str]:
    """The mock's address, and afterwards what it said is looked at."""
    output, port = folder / "said", folder / "port"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [*SERVE, "--port-file", str(port), *words],
            cwd=folder, env=ENVIRONMENT | variables, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        for _ in range(3000):
            if port.exists() or process.poll() is not None:
                break
            time.sleep(0.01)
        assert process.poll() is None, output.read_text()
        yield f"http://127.0.0.1:{port.read_text().strip()}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert output.stat().st_size > 100
    assert not sightings(output.read_bytes()), output.read_text()


@pytest.mark.parametrize("by", ["flag", "variable", "file"])
@pytest.mark.parametrize("level", ["info", "debug"])
def test_with_one_it_starts_lets_nobody_in_without_it_and_never_says_it(tmp_path: Path, by: str, level: str) -> None:
    words, variables = ["--host", "0.0.0.0", "--log-level", level], {}
    if by == "flag":
        words += ["--control-token", CONTROL_TOKEN]
    elif by == "variable":
        variables = {"ELKO_MOCK_CONTROL_TOKEN": CONTROL_TOKEN}
    else:
        (tmp_path / "elko-mock.toml").write_text(f'[serve]\ncontrol_token = "{CONTROL_TOKEN}"\n')
    with _serving(tmp_path, *words, **variables) as url:
        ask = over_port(url)
        for headers in ({}, {HEADER: ""}, {HEADER: TOKEN}, {HEADER: CONTROL_TOKEN[:-1]}, {HEADER: f"{CONTROL_TOKEN}x"}):
            for target in ("/_elko/worlds/default", "/_elko/worlds", "/_elko/openapi.json", "/__admin/requests"):
                status, answered, raw = ask("GET", target, headers, b"")
                assert (status, json.loads(raw)["code"]) == (403, "control-token")
                assert not sightings(raw + repr(answered).encode())
        assert ask("GET", "/_elko/worlds/default", {HEADER: CONTROL_TOKEN}, b"")[0] == 200
        assert ask("GET", f"{BASE}/Catalog/Vendors", {}, b"")[0] == 403
        for open_to_all in ("/_elko/health", "/_elko/ready", "/__admin/health"):
            status, _, raw = ask("GET", open_to_all, {}, b"")
            assert status == 200
            assert not sightings(raw)
    (tmp_path / "elko-mock.toml").unlink(missing_ok=True)


def test_what_it_was_given_is_not_in_its_log(tmp_path: Path) -> None:
    """The banner says what is well known, and not what was given; nor is what clients send said by any logger."""
    given = ["--token", OWN_TOKEN, "--password", PASSWORD, "--username", USERNAME, "--log-level", "debug"]
    with _serving(tmp_path, *given) as url:
        ask = over_port(url)
        credentials = json.dumps({"username": USERNAME, "password": PASSWORD}).encode()
        assert ask("GET", f"{BASE}/Catalog/Vendors", {"Authorization": f"Bearer {OWN_TOKEN}"}, b"")[0] == 200
        assert ask("POST", f"{BASE}/Token", {"Content-Type": "application/json"}, credentials)[0] == 200
        assert ask("GET", f"{BASE}/Catalog/Vendors", {"Authorization": f"Bearer {TOKEN}"}, b"")[0] == 403
        assert ask("GET", f"{BASE}/Orders?token={TOKEN}", {}, b"")[0] == 403
        assert ask("GET", f"/{TOKEN}", {}, b"")[0] == 404
    assert b"(as given)" in (tmp_path / "said").read_bytes()


def test_the_control_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def watched(sent: bytes, wanted: bytes) -> bool:
        compared.append((sent, wanted))
        return False  # whoever decides otherwise lets the right token in all the same

    monkeypatch.setattr(hmac, "compare_digest", watched)
    with Live(assemble(Settings(products=1, control_token=CONTROL_TOKEN))) as live:
        assert over_port(live.url)("GET", "/_elko/worlds", {HEADER: CONTROL_TOKEN}, b"")[0] == 403
    assert compared == [(CONTROL_TOKEN.encode(), CONTROL_TOKEN.encode())]
