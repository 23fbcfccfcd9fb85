"""The command: finds the verb, hands it its arguments, and prints; decides nothing itself."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from types import ModuleType

VERBS: dict[str, tuple[str, str]] = {
    "serve": ("elko_mock.server.command", "start the mock (also what `elko-mock` alone does)"),
    "verify": ("elko_mock.verify.command", "does a server keep the contract? safe against the real one"),
    "grade": ("elko_mock.grade.command", "does a client behave? a verdict with evidence, and the bill"),
    "fuzz-client": ("elko_mock.grade.fuzz.command", "find the smallest world a client fails in"),
    "spec": ("elko_mock.verify.spec_command", "documents: diff, import, coverage of a run"),
    "observe": ("elko_mock.verify.observe_command", "which assumptions does a real server confirm? GET only"),
    "record": ("elko_mock.verify.record_command", "a real account's catalogue, for the mock to serve; GET only"),
    "scenario": ("elko_mock.server.scenario_command", "list, show, check or run scenarios"),
    "health": ("elko_mock.server.health", "ask a running mock whether it is well; exit code 0 or 1"),
}
"""Verb -> the module that has its `add_arguments` and `run`, and its line in the help."""

USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and answer its exit code; 2 for a usage that makes no sense."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in {"-h", "--help", "help"}:
        print(_help())
        return 0
    if words and words[0] in {"-V", "--version"}:
        print(f"elko-mock {version('elko-mock')}")
        return 0
    verb = words.pop(0) if words and not words[0].startswith("-") else "serve"
    if verb not in VERBS:
        near = _nearest(verb)
        print(f"elko-mock: there is no verb {verb!r}{near}\n\n{_help()}", file=sys.stderr)
        return USAGE
    module = _module(verb)
    if module is None:
        return USAGE
    parser = argparse.ArgumentParser(
        prog=f"elko-mock {verb}",
        description=module.__doc__.splitlines()[0] if module.__doc__ else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    try:
        arguments, unknown = parser.parse_known_args(words)
        if unknown:  # argparse's own message would repeat values, which may be secrets
            flags = ", ".join(word.partition("=")[0] for word in unknown if word.startswith("-"))
            parser.error(f"unrecognized arguments: {flags or 'one word or more too many'}")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else USAGE
    try:
        return int(module.run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


def _module(verb: str) -> ModuleType | None:
    try:
        return importlib.import_module(VERBS[verb][0])
    except ModuleNotFoundError as missing:
        if missing.name is not None and missing.name.startswith("elko_mock"):
            raise
        print(
            f"elko-mock {verb} needs the package {missing.name!r}; install it with: pip install 'elko-mock[verify]'",
            file=sys.stderr,
        )
        return None


def _nearest(verb: str) -> str:
    import difflib  # noqa: PLC0415 - only when something is already wrong

    near = difflib.get_close_matches(verb, VERBS, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _help() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb.ljust(width)}  {line}" for verb, (_, line) in VERBS.items()]
    return "\n".join(
        [
            "elko-mock: a mock server and toolkit for the ELKO eCom API v3.0",
            "",
            "usage: elko-mock [VERB] [OPTIONS]      elko-mock VERB --help tells the options",
            "",
            *lines,
        ]
    )
