"""Fuzzes the parsers, coverage-guided, for as long as is said: `make fuzz ARGS="--minutes 60"`.

Each target gets its share of the time, in a process of its own. What has been found worth keeping stays in `.fuzz/`,
and the next run starts from there. Ends with 1 if anything was found, with 77 if atheris is not there.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.seeds import WORDS, seeds
from tests.fuzz.targets import TARGETS

FOLDER = Path(".fuzz")
MISSING = 77
"""As `.ci/run` understands it."""
_NOT_HERE = """\
atheris is not installed, so nothing is fuzzed. `make fuzz` installs it where there is a build of it for this Python;
tests/fuzz/test_targets.py, which is part of `make test`, tries the same targets without it.
"""
_LARGEST = 4096
_MEMORY = 2048
"""MiB that a target's process may have."""
_INITED = re.compile(r"INITED\s+cov: (\d+) ft: (\d+)")
_COVERED = re.compile(r"cov: (\d+) ft: (\d+)")
_EXECUTED = re.compile(r"number_of_executed_units: (\d+)|^#(\d+)\s", re.MULTILINE)


class Share(NamedTuple):
    """What became of one target."""

    target: str
    executions: int
    before: tuple[int, int]
    """Branches and features that the inputs at hand cover at the start."""
    after: tuple[int, int]
    findings: tuple[Path, ...]
    broken: str
    """What libFuzzer said last, when it stopped without a finding and without being done."""


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="for all targets together (default: 1)")
    parser.add_argument("--only", default=",".join(TARGETS), help=f"some of {','.join(TARGETS)}")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices (default: 1)")
    options = parser.parse_args(arguments)
    if not _is_here("atheris"):
        sys.stderr.write(_NOT_HERE)
        return MISSING
    names = [name for name in options.only.split(",") if name]
    unknown = set(names) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    seconds = max(1, round(options.minutes * 60 / len(names)))
    shares = [share(name, seconds, options.seed) for name in names]
    sys.stdout.write("".join(f"{line}\n" for line in told(shares)))
    return 1 if any(one.findings or one.broken for one in shares) else 0


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ValueError:  # taken away on purpose
        return False


def share(name: str, seconds: int, seed: int) -> Share:
    """Fuzz one target for so long."""
    corpus, found, log = FOLDER / "corpus" / name, FOLDER / "findings" / name, FOLDER / f"{name}.log"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    words = FOLDER / "words"
    words.write_text("".join(f"{_quoted(word)}\n" for word in WORDS), encoding="ascii")
    for at, one in enumerate(seeds(name)):
        (corpus / f"seed-{at}").write_bytes(one)
    earlier = set(found.iterdir())
    with log.open("wb") as out:
        status = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.one", name, str(corpus), f"-max_total_time={seconds}"),
                *(f"-seed={seed}", f"-max_len={_LARGEST}", "-timeout=20", f"-rss_limit_mb={_MEMORY}"),
                *(f"-dict={words}", f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=1"),
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    said = log.read_text(errors="replace")
    new = tuple(sorted(set(found.iterdir()) - earlier))
    covered = [(int(one[1]), int(one[2])) for one in _COVERED.finditer(said)]
    inited = _INITED.search(said)
    executed = [int(one[1] or one[2]) for one in _EXECUTED.finditer(said)]
    return Share(
        name,
        max(executed, default=0),
        (int(inited[1]), int(inited[2])) if inited else (0, 0),
        covered[-1] if covered else (0, 0),
        new,
        "" if status == 0 or new else said[-500:],
    )


def told(shares: list[Share]) -> Iterator[str]:
    """A table, and where the findings are."""
    yield f"{'target':<14} {'executions':>11} {'branches':>15} {'features':>15}  findings"
    for one in shares:
        (cov, ft), (later_cov, later_ft) = one.before, one.after
        yield (
            f"{one.target:<14} {one.executions:>11,} {f'{cov} -> {later_cov}':>15} {f'{ft} -> {later_ft}':>15}  "
            f"{len(one.findings) or 'none'}"
        )
    yield f"{sum(one.executions for one in shares):,} executions, {sum(len(one.findings) for one in shares)} findings"
    for one in shares:
        for finding in one.findings:
            yield f"{one.target}: {finding} ({FOLDER / one.target}.log says why)"
        if one.broken:
            yield f"{one.target} broke off: {one.broken}"


def _quoted(word: str) -> str:
    """As libFuzzer's dictionaries are written."""
    return '"' + "".join(c if c.isalnum() else f"\\x{ord(c):02X}" for c in word) + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
