"""The client's command: how its end is told, and that nothing of it is left behind."""

import os
import sys
import time
from pathlib import Path

import pytest

from elko_mock.grade.process import CannotRun, Outcome, run

PYTHON = [sys.executable, "-c"]
CHILD = "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"


def outcome(code: str, timeout: float = 20.0) -> Outcome:
    (one,) = run([*PYTHON, code], dict(os.environ), timeout)
    return one


def test_a_good_end_has_no_last_words() -> None:
    one = outcome("print('all done')")
    assert (one.exit_status, one.timed_out, one.crashed, one.last_words) == (0, False, False, "")
    assert one.output == b"all done\n"


def test_a_crash_is_told_by_its_trace_and_its_message() -> None:
    one = outcome("int('>50')")
    assert (one.exit_status, one.crashed) == (1, True)
    assert one.last_words == "ValueError: invalid literal for int() with base 10: '>50'"


def test_an_orderly_bad_end_is_no_crash() -> None:
    one = outcome("import sys; print('elko: refused: not allowed', file=sys.stderr); sys.exit(3)")
    assert (one.exit_status, one.crashed, one.last_words) == (3, False, "elko: refused: not allowed")


def test_a_signal_is_a_negative_status() -> None:
    assert outcome("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").exit_status == -11


def test_the_variables_are_given() -> None:
    (one,) = run([*PYTHON, "import os; print(os.environ['ELKO_TOKEN'])"], {"ELKO_TOKEN": "t"}, 20)
    assert one.output.strip() == b"t"


def test_a_command_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import subprocess, sys, time\n{CHILD}open({str(child)!r}, 'w').write(str(p.pid))\ntime.sleep(60)"
    started = time.monotonic()
    one = outcome(code, timeout=1.5)
    assert one.timed_out
    assert one.exit_status is None
    assert time.monotonic() - started < 20
    assert not _alive(int(child.read_text()))


def test_what_is_left_running_behind_a_good_end_is_stopped_too(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import subprocess, sys\n{CHILD}open({str(child)!r}, 'w').write(str(p.pid))"
    assert outcome(code).exit_status == 0
    assert not _alive(int(child.read_text()))


def _alive(pid: int) -> bool:
    """Whether a process is at work; one that ended and waits for its parent is not."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True


def test_two_workers_run_at_the_same_time(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time, os\n"
        f"folder = pathlib.Path({str(tmp_path)!r}); (folder / str(os.getpid())).touch()\n"
        "ends = time.monotonic() + 15\n"
        "while len(list(folder.iterdir())) < 2:\n"
        "    assert time.monotonic() < ends\n"
        "    time.sleep(0.01)\n"
    )
    assert [one.exit_status for one in run([*PYTHON, code], dict(os.environ), 20, workers=2)] == [0, 0]


def test_a_command_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(CannotRun, match="no-such-command: No such file"):
        run(["no-such-command"], {}, 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PHP Fatal error:  Uncaught TypeError: Unsupported operand types: string + int in /a/sync.php:9\n"
         "Stack trace:\n#0 {main}\n  thrown in /a/sync.php on line 9\n",
         "PHP Fatal error:  Uncaught TypeError: Unsupported operand types: string + int in /a/sync.php:9"),
        ("file:///a/x.mjs:3\nconst x = null.y\n               ^\n\n"
         "TypeError: Cannot read properties of null (reading 'y')\n"
         "    at file:///a/x.mjs:3:16\n    at node:internal/main:5:3\n\nNode.js v20.1.0\n",
         "TypeError: Cannot read properties of null (reading 'y')"),
        ('Exception in thread "main" java.lang.NumberFormatException: For input string: ">50"\n'
         "\tat java.base/java.lang.Integer.parseInt(Integer.java:652)\n\tat Sync.main(Sync.java:7)\n",
         'Exception in thread "main" java.lang.NumberFormatException: For input string: ">50"'),
        ("panic: strconv.Atoi: parsing \">50\": invalid syntax\n\ngoroutine 1 [running]:\nmain.main()\n",
         'panic: strconv.Atoi: parsing ">50": invalid syntax'),
        ("Unhandled exception. System.FormatException: Input string was not in a correct format.\n"
         "   at Sync.Main() in /a/Sync.cs:line 7\n",
         "Unhandled exception. System.FormatException: Input string was not in a correct format."),
    ],
    ids=["php", "node", "java", "go", "dotnet"],
)  # fmt: skip
def test_the_crash_of_every_language_is_known_and_its_message_found(text: str, words: str) -> None:
    one = Outcome(1, text.encode())
    assert one.crashed
    assert one.last_words == words


def test_nothing_said_is_nothing_told() -> None:
    assert Outcome(1, b"").last_words == ""
    assert Outcome(1, b"\xff\xfe\n").last_words
