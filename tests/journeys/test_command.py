"""The command, as a user runs it: a process, its output, its exit code."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.driving import Client, over_port

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}


def _elko_mock(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "elko_mock", *words],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        env=ENVIRONMENT | environment,
        check=False,
    )


@contextmanager
def _serving(
    cwd: Path, *words: str, command: Sequence[str] = (sys.executable, "-m", "elko_mock"), **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port_file = cwd / "port"
    process = subprocess.Popen(
        [*command, *words, "--port", "0", "--port-file", str(port_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=ENVIRONMENT | environment,
    )
    try:
        for _ in range(3000):
            if port_file.exists() or process.poll() is not None:
                break
            time.sleep(0.01)
        assert process.poll() is None, process.communicate()[1]
        yield process, f"http://127.0.0.1:{port_file.read_text().strip()}"
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_banner_s_lines_can_be_pasted_and_sigterm_ends_it_cleanly_in_under_a_second(tmp_path: Path) -> None:
    with _serving(tmp_path) as (process, url):
        lines: list[str] = []
        assert process.stdout is not None
        while not lines or "-d '" not in lines[-1]:
            lines.append(process.stdout.readline())
        script = "".join(line.strip() + "\n" for line in lines if line.startswith(("  TOKEN=", "  curl ")))
        assert script.count("curl ") == 3
        script = script.replace("curl ", "curl -sS -w '\\n%{http_code}\\n' ")
        pasted = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=True)
        assert [line for line in pasted.stdout.splitlines() if line in {"200", "400", "403"}] == ["200"] * 3
        assert "<ArrayOfVendor" in pasted.stdout
        assert '"status":"Placed"' in pasted.stdout
        assert url in "".join(lines)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 1.0  # promised in the README
        assert not (tmp_path / "port").exists()


def test_a_request_that_hangs_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with _serving(tmp_path) as (process, url):
        token = json.loads(over_port(url)("GET", "/_elko/worlds/default", {}, b"")[2])["token"]
        headers = ["-H", "X-Elko-Fault: hang=60s", "-H", f"Authorization: Bearer {token}"]
        hanging = subprocess.Popen(["curl", "-s", *headers, f"{url}/v3.0/api/Catalog/Vendors"])
        time.sleep(0.3)
        assert hanging.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        hanging.wait(timeout=5)


def test_health_asks_a_running_mock(tmp_path: Path) -> None:
    with _serving(tmp_path) as (_, url):
        port = url.rpartition(":")[2]
        assert _elko_mock("health", "--port", port, cwd=tmp_path).returncode == 0
    gone = _elko_mock("health", "--port", port, cwd=tmp_path)
    assert gone.returncode == 1
    assert "no answer" in gone.stderr


def test_no_connection_goes_out(tmp_path: Path) -> None:
    """No telemetry: from the start to the end of a served day no socket is connected and no name is looked up."""
    audited = (
        "import sys\n"
        "def watch(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.connect_ex', 'socket.sendto'):\n"
        "        sys.stderr.write(f'OUT {event} {arguments[1:]}\\n')\n"
        "    if event == 'socket.getaddrinfo' and arguments[0] not in ('127.0.0.1', b'127.0.0.1'):\n"
        "        sys.stderr.write(f'OUT {event} {arguments}\\n')\n"
        "sys.addaudithook(watch)\n"
        "from elko_mock.cli import main\n"
        "sys.exit(main())\n"
    )
    with _serving(tmp_path, command=[sys.executable, "-c", audited, "serve"]) as (process, url):
        client = Client(over_port(url))
        assert client.get("/Catalog/Vendors").status == 403
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert "OUT" not in errors


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--port", "99999"], "--port"),
        (["serve", "--produts", "5"], "--produts"),
        (["--window-kind", "slidin"], "did you mean sliding"),
        (["sevre"], "did you mean 'serve'"),
        (["--spec", "nowhere.json"], "nowhere.json"),
        (["--scenario", "no-such"], "no-such"),
        (["--catalog", "nowhere.csv"], "nowhere.csv"),
        (["--host", "0.0.0.0"], "--control-token"),
        (["--host", "127.0.0.300", "--control-token", "abcdefgh"], "cannot listen"),
    ],
)
def test_bad_settings_get_a_clear_message_and_exit_code_2(tmp_path: Path, words: list[str], says: str) -> None:
    ended = _elko_mock(*words, cwd=tmp_path)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_broken_document_says_where_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "swagger.json").write_text('{"openapi": "3.0.1", "info": {"title": "x"}, "paths": {"/a": 7}}')
    ended = _elko_mock("serve", "--spec", "swagger.json", cwd=tmp_path)
    assert ended.returncode == 2
    assert re.search(r"swagger\.json.*#/paths", ended.stderr, re.DOTALL)
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with _serving(tmp_path) as (_, url):
        ended = _elko_mock("--port", url.rpartition(":")[2], cwd=tmp_path)
    assert ended.returncode == 2
    assert "in use" in ended.stderr


def test_settings_come_by_flag_variable_and_file(tmp_path: Path) -> None:
    (tmp_path / "elko-mock.toml").write_text('[serve]\nproducts = 21\nusername = "file"\nseed = 3\n')
    with _serving(tmp_path, "--products", "30", ELKO_MOCK_PRODUCTS="40", ELKO_MOCK_USERNAME="variable") as (_, url):
        described = json.loads(over_port(url)("GET", "/_elko/worlds/default", {}, b"")[2])
    assert (described["products"], described["username"], described["seed"]) == (30, "variable", 3)


@pytest.mark.parametrize("ending", ["json", "xml", "csv"])
def test_a_catalogue_of_one_s_own(tmp_path: Path, ending: str) -> None:
    content = {
        "json": '[{"elkoCode": 55555, "name": "OWN PRODUCT", "quantity": "8", "price": 10.5, "catalog": "CPU"}]',
        "xml": "<ArrayOfProduct><Product><elkoCode>55555</elkoCode><name>OWN PRODUCT</name><quantity>8</quantity>"
        "<price>10.5</price><catalog>CPU</catalog></Product></ArrayOfProduct>",
        "csv": "elkoCode;name;quantity;price;catalog\n55555;OWN PRODUCT;8;10.5;CPU\n",
    }[ending]
    (tmp_path / f"own.{ending}").write_text(content)
    with _serving(tmp_path, "--catalog", f"own.{ending}") as (_, url):
        world = json.loads(over_port(url)("GET", "/_elko/worlds/default", {}, b"")[2])
        client = Client(over_port(url), token=world["token"])
        (product,) = client.get("/Catalog/Products").data
        assert (product["elkoCode"], product["name"], product["quantity"]) == (55555, "OWN PRODUCT", "8")
        assert client.post("/Orders", {"lines": [{"elkoCode": 55555, "quantity": 8}]}).data["sum"] == 84.0


def test_a_catalogue_with_a_mistake_names_row_and_field(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("elkoCode,name\n1,A\nx,B\n")
    ended = _elko_mock("--catalog", "own.csv", cwd=tmp_path)
    assert ended.returncode == 2
    assert "own.csv" in ended.stderr
    assert "elkoCode" in ended.stderr
    assert "2" in ended.stderr


def test_help_and_version(tmp_path: Path) -> None:
    assert "serve" in _elko_mock("--help", cwd=tmp_path).stdout
    assert _elko_mock("--version", cwd=tmp_path).stdout.startswith("elko-mock ")
    helped = _elko_mock("serve", "--help", cwd=tmp_path).stdout
    assert "--block-seconds" in helped
    assert "ELKO_MOCK_BLOCK_SECONDS" in helped


def test_what_was_typed_wins_over_the_scenario_even_with_the_default_s_own_value(tmp_path: Path) -> None:
    words = ("serve", "--scenario", "huge-catalog", "--products", "2300", "--seed", "0")
    with _serving(tmp_path, *words) as (_, url):
        world = json.loads(over_port(url)("GET", "/_elko/worlds/default", {}, b"")[2])
        client = Client(over_port(url), token=world["token"])
        assert len(client.get("/Catalog/Availability").data) == 2300


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["scenario", "show", "nope", "--source"], 2, "there is no bundled scenario 'nope'"),
        (["scenario", "show", "nope.yaml", "--source"], 2, "there is no file nope.yaml"),
        (["scenario", "show", "broken.yaml"], 1, "broken.yaml:1: seed"),
        (["scenario", "check", "idle.yaml"], 1, "there is no operation 'getVendor'; did you mean 'getVendors'?"),
        (["scenario", "check", "bare.yaml"], 1, "bare.yaml:2: catalog: there is no file nowhere.json"),
        (["scenario", "check", "nope"], 2, "there is no bundled scenario 'nope'"),
        (["scenario", "check", "broken.yaml", "default"], 1, "broken.yaml:1: seed"),
        (["serve", "--port-file", "no/such/folder/port"], 2, "--port-file no/such/folder/port cannot be written"),
        (["serve", "--port-file", "."], 2, "--port-file . cannot be written: Is a directory"),
    ],
)
def test_a_slip_is_said_in_a_line_with_its_own_exit_code(
    tmp_path: Path, words: list[str], status: int, said: str
) -> None:
    (tmp_path / "broken.yaml").write_text("seed: many\n")
    (tmp_path / "idle.yaml").write_text("faults: [{operation: [getVendor, get*], respond: 404}]\n")
    (tmp_path / "bare.yaml").write_text("line: x\ncatalog: nowhere.json\n")
    done = _elko_mock(*words, cwd=tmp_path)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == status


def test_a_scenario_s_file_is_shown_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"# caf\xe9\nseed: many\n")
    done = _elko_mock("scenario", "show", "odd.yaml", "--source", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "# caf\ufffd\nseed: many\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["grade", "--report", "there.txt"], "there.txt: File exists"),
        (["grade", "--json", "."], ".: Is a directory"),
        (["fuzz-client", "--out", "there.txt"], "there.txt: File exists"),
    ],
)
def test_a_report_that_cannot_be_written_is_said_before_the_client_runs(
    tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "there.txt").write_text("kept")
    done = _elko_mock(*words, "--", "touch", str(tmp_path / "ran"), cwd=tmp_path)
    assert said in done.stderr
    assert done.returncode == 2
    assert [one.name for one in tmp_path.iterdir()] == ["there.txt"]
    assert (tmp_path / "there.txt").read_text() == "kept"
