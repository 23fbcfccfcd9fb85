"""WireMock's request patterns, as far as they speak of what a journal holds."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import orjson

from elko_mock.contract.checks import compile_schema
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.messages import Request
from elko_mock.server.control.problems import ControlProblem

Test = Callable[[Exchange], bool]
_URLS = ("url", "urlPattern", "urlPath", "urlPathPattern")
_KNOWN = {*_URLS, "method", "headers", "queryParameters", "bodyPatterns"}


def matcher(pattern: Any) -> Test:
    """A test for exchanges out of a pattern's JSON. Raises ControlProblem for what is not understood: a pattern
    that is passed over silently would count the wrong requests."""
    if not isinstance(pattern, dict):
        raise ControlProblem("invalid-request", "a request pattern is a JSON object")
    unknown = sorted(set(pattern) - _KNOWN)
    if unknown:
        raise ControlProblem(
            "invalid-request", f"not understood: {', '.join(unknown)}; known: {', '.join(sorted(_KNOWN))}"
        )
    for key in ("method", *_URLS):
        if not isinstance(pattern.get(key, ""), str):
            raise ControlProblem("invalid-request", f"{key} is a text")
    tests: list[Callable[[Request], bool]] = []
    method = pattern.get("method", "ANY").upper()
    if method != "ANY":
        tests.append(lambda request: request.method == method)
    tests += [_url_test(key, pattern[key]) for key in _URLS if key in pattern]
    for name, wanted in _object(pattern, "headers").items():
        tests.append(_valued(partial(_header, name), wanted))
    for name, wanted in _object(pattern, "queryParameters").items():
        tests.append(_valued(partial(_query, name), wanted))
    bodies = pattern.get("bodyPatterns", [])
    if not isinstance(bodies, list):
        raise ControlProblem("invalid-request", "bodyPatterns is a list of matchers")
    for wanted in bodies:
        tests.append(_valued(lambda request: request.body.decode("utf-8", "replace"), wanted))
    return lambda exchange: all(test(exchange.request) for test in tests)


def _object(pattern: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = pattern.get(key, {})
    if not isinstance(value, dict):
        raise ControlProblem("invalid-request", f"{key} is a JSON object of matchers")
    return value


def _url_test(key: str, wanted: str) -> Callable[[Request], bool]:
    whole = not key.startswith("urlPath")
    if key.endswith("Pattern"):
        fits = _compiled(wanted)
        return lambda request: fits(request.target if whole else request.path)
    return lambda request: (request.target if whole else request.path) == wanted


def _query(name: str, request: Request) -> str | None:
    return dict(parse_qsl(request.query, keep_blank_values=True)).get(name)


def _header(name: str, request: Request) -> str | None:
    return request.header(name.lower().encode("latin-1", "replace"))


def _valued(value_of: Callable[[Request], str | None], wanted: Any) -> Callable[[Request], bool]:
    test = _value_test(wanted)
    return lambda request: test(value_of(request))


def _value_test(wanted: Any) -> Callable[[str | None], bool]:
    if not isinstance(wanted, dict):
        raise ControlProblem("invalid-request", 'a matcher is an object such as {"equalTo": "..."}')
    rest = dict(wanted)
    ignore_case = bool(rest.pop("caseInsensitive", False))
    if len(rest) != 1:
        raise ControlProblem("invalid-request", f"a matcher has one operator, not {sorted(rest)}")
    operator, operand = next(iter(rest.items()))
    match operator:
        case "absent":
            return lambda value: (value is None) == bool(operand)
        case "equalTo":
            if ignore_case:
                return lambda value: value is not None and value.lower() == str(operand).lower()
            return lambda value: value == str(operand)
        case "contains":
            return lambda value: value is not None and str(operand) in value
        case "matches" | "doesNotMatch":
            fits = _compiled(str(operand))
            positive = operator == "matches"
            return lambda value: value is not None and fits(value) == positive
        case "equalToJson":
            expected = _json(operand) if isinstance(operand, str) else operand
            if expected is _NOT_JSON:
                raise ControlProblem("invalid-request", f"equalToJson has {operand[:80]!r}, which is not JSON")
            return lambda value: value is not None and _json(value) == expected
    raise ControlProblem(
        "invalid-request",
        f"the operator {operator!r} is not understood; "
        "known: absent, contains, doesNotMatch, equalTo, equalToJson, matches",
    )


def _compiled(text: str) -> Callable[[str], bool]:
    """Whether a whole text fits the expression. Not by `re`: an expression such as `(a+)+b` would stop the mock."""
    try:
        return compile_schema({"pattern": f"^(?:{text})$"}).is_valid
    except ValueError:
        raise ControlProblem("invalid-request", f"{text[:80]!r} is not a regular expression") from None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _NOT_JSON


_NOT_JSON = object()
