"""The options of a run, as a table: what the command line, pytest and elko-mock.toml know them by. Imports nothing."""

from typing import NamedTuple

DEFAULT_CALLS = 1000
"""Most calls of a run that only reads, against anything but this machine. A whole one takes some 750."""


class Option(NamedTuple):
    """One option."""

    name: str
    """With hyphens, as in `--max-calls`."""
    metavar: str | None
    """None for a switch."""
    help: str
    number: bool = False
    in_file: bool = True
    """Whether elko-mock.toml may hold it."""


OPTIONS = (
    Option("token", "TOKEN", "the account's token; better from a file, for command lines can be seen", in_file=False),
    Option("token-file", "FILE", "read the token from this file; - is standard input"),
    Option("username", "NAME", "user name for POST Token, where writes are allowed", in_file=False),
    Option("password", "WORD", "password for POST Token, where writes are allowed", in_file=False),
    Option("spec", "FILE", "judge by this document (file or URL) instead of the vendored one"),
    Option("writes", "HOST", "allow operations that change something: spell out the URL's host", in_file=False),
    Option("only", "OPERATIONS", "only these operationIds, separated by commas"),
    Option("checks", "CHECKS", "of our own checks only these, separated by commas; none for none"),
    Option("form", "FORM", "json, xml or both (default)"),
    Option("quick", None, "leave out the generated calls that go through every boundary of every schema"),
    Option("examples", "N", "generated calls per operation; 5, or 30 against a mock", number=True),
    Option("share", "PERCENT", "part of ELKO's limit to use; 20, and no pace against a mock", number=True),
    Option(
        "max-calls",
        "N",
        f"stop after so many calls; {DEFAULT_CALLS}, or no end on this machine and where writes are allowed",
        number=True,
    ),
    Option("seed", "N", "same seed, same generated calls", number=True),
    Option("timeout", "SECONDS", "wait so long for a byte of an answer", number=True),
    Option("insecure", None, "do not check the server's certificate; not for ELKO's own hosts"),
)

CONNECTING = tuple(
    option
    for option in OPTIONS
    if option.name in {"token", "token-file", "spec", "share", "max-calls", "timeout", "insecure"}
)
"""What `observe` and `record` take: how to reach the provider, and how fast."""
