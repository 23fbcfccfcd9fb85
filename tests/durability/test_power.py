"""No answer leaves before the disk has what it acknowledges: what the mock asks of the system, in order, tells.

A process that is killed cannot show this, for what it wrote outlives it in the system's memory; a power cut would.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.durability.serving import ONE, serving
from tests.journeys.driving import Client, over_port

_CALLS = "pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate"
_FILE = re.compile(r"\d+ +(pwrite64|pwritev|write|ftruncate|fdatasync|fsync)\(\d+<[^>]*/(state\.db[^>]*)>")
_ANSWER = re.compile(r"\d+ +(?:write|writev|sendto|sendmsg)\(.*HTTP/1\.1 (\d{3})")


def _needs_strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not trace anything here")


def test_each_answer_leaves_after_what_it_acknowledges_is_on_the_disk(tmp_path: Path) -> None:
    _needs_strace()
    log = tmp_path / "calls"
    # -D: the mock is our own child. -y: files by name.
    traced = ("strace", "-D", "-f", "-y", "-s", "64", "-o", str(log), "-e", f"trace={_CALLS}")
    with serving(tmp_path, through=traced) as served:
        control, client = served.control, served.client()
        beginning = len(log.read_text(errors="replace").splitlines())
        for _ in range(5):
            order = client.post("/Orders", ONE).data["id"]
        client.delete(f"/Orders/{order}")
        client.post("/Reservations", ONE)
        client.post("/Cart/Add", {"elkoCode": 9000001, "quantity": 1})
        client.token = client.post("/Token", {"username": "elko-mock", "password": "elko-mock"}).data
        world = control.create_world(name="one")
        Client(over_port(served.url), "xml", token=world.token).post("/Orders", ONE)
        world.clock.advance(1)
        world.delete()
        control.ask("POST", "/__admin/reset")
        assert served.stop() == 0
    writes = 5 + 4 + 5
    assert _synced(log.read_text(errors="replace").splitlines()[beginning:]) == [200] * writes


def _synced(lines: list[str]) -> list[int]:
    """The answers before each of which something was written to the file, and all of that was on the disk by then."""
    waiting: set[str] = set()
    written = False
    found = []
    for line in lines:
        if call := _FILE.match(line):
            if call[1] in {"fdatasync", "fsync"}:
                waiting.discard(call[2])
            else:
                waiting.add(call[2])
                written = True
        elif answer := _ANSWER.match(line):
            assert not waiting, f"answered before {waiting} was on the disk: {line}"
            if written:
                found.append(int(answer[1]))
            written = False
    return found
