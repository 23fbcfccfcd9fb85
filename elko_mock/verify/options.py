"""Options: what a run can be told, on the command line, in pytest, or in elko-mock.toml; and the plan they make."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.contract.document import DocumentProblem
from elko_mock.verify.check import Credentials
from elko_mock.verify.checks.catalogue import OWN
from elko_mock.verify.generated.document import Form
from elko_mock.verify.option_table import DEFAULT_CALLS, OPTIONS
from elko_mock.verify.plan import Plan
from elko_mock.verify.target import TargetProblem, parse_target

_MOST_SHARE = 90
_FORMS: dict[str, tuple[Form, ...]] = {"json": ("json",), "xml": ("xml",), "both": ("json", "xml")}


class UsageProblem(ValueError):
    """The options do not make a plan; the message says which and what to do."""


def plan_of(url: str, given: Mapping[str, Any], table: Mapping[str, Any] | None = None) -> Plan:
    """The plan for a URL. `given`: option name -> value, None for not given; `table`: the file's, beneath them.

    Raises UsageProblem.
    """
    values = _merged(given, table or {})
    try:
        contract = Contract.load(values.get("spec"))
        target = parse_target(url, base_path=contract.prefix, writes=values.get("writes"))
    except (DocumentProblem, TargetProblem) as wrong:
        raise UsageProblem(str(wrong)) from None
    if target.elko and values.get("insecure"):
        raise UsageProblem(f"--insecure is not for {target.host}: the token would go to whoever answers")
    form = str(values.get("form") or "both").lower()
    if form not in _FORMS:
        raise UsageProblem(f"--form {form}: write json, xml or both")
    max_calls = _number(values, "max-calls", 1, 10_000_000)
    seed = _number(values, "seed", 0, 2**63 - 1)
    return Plan(
        target=target,
        contract=contract,
        token=_token(values),
        credentials=_credentials(values),
        share=_number(values, "share", 1, _MOST_SHARE),
        max_calls=max_calls if max_calls is not None or target.loopback or target.writes else DEFAULT_CALLS,
        examples=_number(values, "examples", 1, 1_000_000),
        quick=bool(values.get("quick")),
        seed=1 if seed is None else seed,
        only=_names(values, "only", {operation.id for operation in contract.operations}),
        checks=_names(values, "checks", {check.id for check in OWN} | {"none"}),
        forms=_FORMS[form],
        timeout=_number(values, "timeout", 1, 3600) or 60,
        verify_tls=not values.get("insecure"),
    )


def _merged(given: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    known = {option.name for option in OPTIONS if option.in_file}
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        if name not in known:
            raise UsageProblem(f"elko-mock.toml, [verify]: {key} is not one of {', '.join(sorted(known))}")
        values[name] = value
    values.update({name: value for name, value in given.items() if value not in (None, False)})
    return values


def _token(values: Mapping[str, Any]) -> str | None:
    token, file = values.get("token"), values.get("token-file")
    if token is None and file is not None:
        try:
            token = sys.stdin.readline() if file == "-" else Path(file).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as wrong:
            raise UsageProblem(
                f"--token-file {file}: {getattr(wrong, 'strerror', None) or 'not a text file'}"
            ) from None
    if token is None:
        return None
    token = str(token).strip().removeprefix("Bearer ").strip()
    if not token:
        raise UsageProblem("the token is empty" if file is None else f"--token-file {file}: there is no token in it")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageProblem("the token has a blank, a line end or another character in it that no token has")
    return token


def _credentials(values: Mapping[str, Any]) -> Credentials | None:
    username, password = values.get("username"), values.get("password")
    if (username is None) != (password is None):
        raise UsageProblem("--username and --password go together")
    return None if username is None else Credentials(str(username), str(password))


def _number(values: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    try:
        number = int(str(value))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise UsageProblem(f"--{name} {value}: write a whole number from {low} to {high}")
    return number


def _names(values: Mapping[str, Any], option: str, known: set[str]) -> frozenset[str] | None:
    value = values.get(option)
    if value is None:
        return None
    given = value if isinstance(value, list) else str(value).split(",")
    names = {str(name).strip() for name in given} - {""}
    unknown = sorted(names - known)
    if unknown:
        raise UsageProblem(f"--{option}: there is no {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return frozenset(names)
