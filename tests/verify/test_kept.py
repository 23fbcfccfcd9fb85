"""What a run holds stays with it: whatever a provider echoes, no report, message or recorded call has it."""

import base64
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from elko_mock.exchange.messages import Response
from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.secrets.canaries import OWN_TOKEN, PASSWORD, PERSON, sightings
from tests.secrets.sending import ENVIRONMENT
from tests.verify.cage import After, Before, Cage, Seen, json_response, with_data

QUICK = ("--quick", "--examples", "1", "--form", "json", "--quiet")
FEW = ("--only", "getVendors,getMyAccount", "--checks", "accept-rules,json-is-xml")


@contextmanager
def served(before: Before | None = None, after: After | None = None, token: str = OWN_TOKEN) -> Iterator[str]:
    mock = assemble(Settings(products=20, limit=0, token=token, journal_exchanges=0))
    with Live(Cage(mock, mock.contract, before, after)) as live:
        yield live.url


def run(folder: Path, *words: str, token: str = OWN_TOKEN) -> tuple[int, dict[str, bytes]]:
    """The exit code, and all that came out: printed, and written into the folder."""
    ended = subprocess.run(
        [sys.executable, "-m", "elko_mock", *words, "--token-file", "-"],
        cwd=folder, env=ENVIRONMENT, input=token.encode(), capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return ended.returncode, files | {"stdout": ended.stdout, "stderr": ended.stderr}


def header_echo(seen: Seen, response: Response) -> Response:
    received = (seen.request.authorization or "").encode("latin-1")
    return response._replace(
        headers=(
            *response.headers,
            (b"x-echo-authorization", received),
            (b"x-debug", received),
            (b"x-auth-token", b"zq7kanari-factor"),
            (b"set-cookie", b"session=zq7kanari-factor; HttpOnly"),
        )
    )


def test_header_fields_that_echo_the_token(tmp_path: Path) -> None:
    with served(after=header_echo) as url:
        code, said = run(tmp_path, "verify", url, *FEW, *QUICK, "--report", "out")
    assert code == 0, said["stdout"].decode()
    entries = json.loads(said["out/calls.har"])["log"]["entries"]
    assert any(field["name"] == "x-debug" for entry in entries for field in entry["response"]["headers"])
    for name, raw in said.items():
        assert not sightings(raw), name


PERCENT = "".join(f"%{byte:02X}" for byte in OWN_TOKEN.encode())
WAYS = {
    "as it is": OWN_TOKEN,
    "base64": base64.b64encode(f"user:{OWN_TOKEN}!".encode()).decode(),
    "in quotes": json.dumps({"Authorization": f"Bearer {OWN_TOKEN}"}),
    "cut": "x" * 300 + OWN_TOKEN,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("packed", [False, True])
def test_bodies_that_echo_the_token(tmp_path: Path, way: str, packed: bool) -> None:
    def before(seen: Seen) -> Response | None:
        if seen.operation != "getVendors":
            return None
        response = json_response(200, {"debug": WAYS[way]})
        if not packed:
            return response
        packer = zlib.compressobj(0, zlib.DEFLATED, 31)
        body = packer.compress(bytes(response.body)) + packer.flush()  # type: ignore[arg-type]
        return response._replace(headers=(*response.headers, (b"content-encoding", b"gzip")), body=body)

    with served(before) as url:
        code, said = run(tmp_path, "verify", url, *FEW, *QUICK, "--report", "out")
    assert code == 1
    assert b"response_schema_conformance" in said["stdout"]
    assert b"[redacted]" in said["out/calls.har"]
    for name, raw in said.items():
        assert not sightings(raw), name


def test_the_token_as_a_url_or_dotnet_writes_it(tmp_path: Path) -> None:
    token = "zq/7+opaque=&token"  # neither a canary's shape nor a JWT's
    forms = [quote(token, safe=""), token.replace("+", "\\u002B").replace("&", "\\u0026"), token]

    def before(seen: Seen) -> Response | None:
        if seen.operation != "getVendors":
            return None
        quoted = ", ".join(f'"{form}"' for form in forms)
        body = f'{{"debug": [{quoted}]}}'.encode()
        return Response(400, ((b"content-type", b"application/json"),), body)

    with served(before, token=token) as url:
        code, said = run(tmp_path, "verify", url, *FEW, *QUICK, "--report", "out", token=token)
    assert code == 1
    for name, raw in said.items():
        for form in forms:
            assert form.encode() not in raw, name
            assert json.dumps(form).strip('"').encode() not in raw, name


def test_the_password_and_a_new_token_that_has_no_shape(tmp_path: Path) -> None:
    """A proxy with tokens of its own."""
    issued = "zq7kanari-factor"

    def before(seen: Seen) -> Response | None:
        if seen.operation == "issueToken" and PASSWORD.encode() in seen.request.body:
            return json_response(200, issued)
        if seen.operation == "getVendors" and seen.request.method == "GET":
            return json_response(404, {"title": f"{PASSWORD} {issued}", "status": 404})
        return None

    words = ("--username", "zq7kanari-username", "--password", PASSWORD, "--writes", "127.0.0.1")
    few = ("--only", "issueToken,getVendors", "--checks", "one-token")
    with served(before) as url:
        code, said = run(tmp_path, "verify", url, *words, *few, *QUICK, "--report", "out")
    assert code == 1
    for name, raw in said.items():
        assert not sightings(raw), name


def test_a_short_token_spoils_no_report_and_that_is_said(tmp_path: Path) -> None:
    with served(token="a") as url:
        code, said = run(tmp_path, "verify", url, *FEW, *QUICK, "--report", "out", token="a")
    assert code == 0, said["stdout"].decode()
    assert b"[redacted]" not in said["stdout"]
    assert b"the token has fewer than 8 characters" in said["stdout"]


def test_what_observe_and_record_say_and_write(tmp_path: Path) -> None:
    def after(seen: Seen, response: Response) -> Response | None:
        if seen.operation == "getProducts" and response.status == 200 and "xml" not in seen.accept:
            rows = json.loads(bytes(response.body))  # type: ignore[arg-type]
            rows[0]["name"] = f"Bearer {OWN_TOKEN}"
            rows[0][OWN_TOKEN] = 1
            return json_response(200, rows)
        if seen.operation == "getVendors":
            return json_response(418, OWN_TOKEN, content_type=f"text/{OWN_TOKEN}".encode())
        return None

    with served(after=after) as url:
        code, said = run(tmp_path, "record", url, "--out", "new", "--quiet")
        assert code == 0, said
        assert b"[redacted]" in said["new/catalog.json"]
        seen_code, seen = run(tmp_path, "observe", url, "--report", "seen.json", "--quiet")
    assert seen_code == 1
    for name, raw in (said | seen).items():
        assert not sightings(raw), name


@pytest.mark.parametrize("value", [PERSON["company"], {"company": PERSON["company"]}, 9041773022])
def test_personal_values_that_json_and_xml_do_not_agree_on(tmp_path: Path, value: Any) -> None:
    @with_data("getMyAccount", only="json")
    def other(account: Any) -> None:
        account["company"] = value

    with served(after=other) as url:
        code, said = run(tmp_path, "verify", url, *FEW, *QUICK, "--report", "out")
    assert code == 1
    if isinstance(value, str):
        assert b"JSON and XML differ at /company: a text of" in said["stdout"]
    for name, raw in said.items():
        assert not sightings(raw), name
