"""Whether what came is what the model expected: status, reason, headers, and the whole body to the last value."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.machine import xml_form
from tests.machine.client import Reply, read_json
from tests.machine.manner import Manner
from tests.machine.model.answers import Expected, No, Told, Yes

TITLES = {
    400: "One or more validation errors occurred.",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
_SECTIONS = {400: 1, 403: 4, 404: 5, 405: 6}
_MOST = 12


class Difference(AssertionError):
    """What came is not what was expected."""


def agree(expected: Expected, reply: Reply, manner: Manner, *, head: bool = False) -> Any:
    """The data of the answer, when it is as expected. Raises Difference."""
    if not manner.packed:
        _same("Content-Encoding", None, reply.headers.get("content-encoding"))
    status = expected.status if isinstance(expected, No) else 200
    reason = expected.reason if isinstance(expected, No) else None
    if (reply.status, reply.reason) != (status, reason):
        raise Difference(
            f"expected {status} {reason or ''}{_fields(expected)}, came {reply.status} {reply.reason or ''}: "
            f"{reply.raw[:600].decode(errors='replace')}"
        )
    if isinstance(expected, No):
        if not head:
            _refused(expected, reply, manner)
        return None
    return _answered(expected, reply, manner)


def _fields(expected: Expected) -> str:
    return f" in {sorted(expected.fields)}" if isinstance(expected, No) and expected.fields else ""


def _answered(expected: Yes, reply: Reply, manner: Manner) -> Any:
    media_type = manner.media_type(bare_string=expected.kind == "string")
    _same("Content-Type", f"{media_type}; charset=utf-8", reply.headers.get("content-type"))
    try:
        if media_type == "text/plain":
            data: Any = reply.raw.decode()
        elif media_type.endswith("xml"):
            data = xml_form.read(reply.raw, expected.kind, expected.data)
        else:
            data = read_json(reply.raw)
    except (AssertionError, ValueError) as wrong:
        raise Difference(f"the answer cannot be read: {wrong}; it is {reply.raw[:600]!r}") from None
    found = list(differences(expected.data, data, "$"))
    if found:
        more = f"\n  and {len(found) - _MOST} more" if len(found) > _MOST else ""
        raise Difference("".join(f"\n  {one}" for one in found[:_MOST]) + more)
    return data


def differences(expected: Any, got: Any, place: str) -> Iterator[str]:
    """Every place where they differ. Amounts are compared as they were written, not as floats."""
    if isinstance(expected, Told):
        if complaint := expected.complaint(got):
            yield f"{place}: came {got!r}, expected {complaint}"
    elif isinstance(expected, Mapping) and isinstance(got, Mapping):
        for name in expected.keys() | got.keys():
            if name not in got or name not in expected:
                yield f"{place}.{name} is {'missing' if name in expected else 'too much'}"
            else:
                yield from differences(expected[name], got[name], f"{place}.{name}")
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            yield f"{place} has {len(got)} items, expected {len(expected)}: came {got!r}, expected {expected!r}"[:600]
        for number, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from differences(one, other, f"{place}[{number}]")
    elif not _equal(expected, got):
        yield f"{place}: came {got!r}, expected {expected!r}"


def _equal(expected: Any, got: Any) -> bool:
    if isinstance(expected, Decimal):
        return isinstance(got, Decimal | int) and not isinstance(got, bool) and Decimal(got) == expected
    return type(expected) is type(got) and bool(expected == got)


def _refused(expected: No, reply: Reply, manner: Manner) -> None:
    _same("Content-Type", f"{manner.problem_type}; charset=utf-8", reply.headers.get("content-type"))
    _same("Allow", expected.allow, reply.headers.get("allow"))
    for never in ("retry-after", "www-authenticate"):
        _same(never, None, reply.headers.get(never))
    is_xml = manner.problem_type.endswith("xml")
    problem = xml_form.read_problem(reply.raw) if is_xml else json.loads(reply.raw)
    status = expected.status
    _same("type", f"https://tools.ietf.org/html/rfc9110#section-15.5.{_SECTIONS[status]}", problem.pop("type"))
    _same("title", TITLES[status], problem.pop("title"))
    _same("status", status, problem.pop("status"))
    trace = problem.pop("traceId", None)
    if status == 403:  # the same bytes whatever the cause (ledger, forbidden-is-one)
        _same("the rest of the problem", {}, problem | ({} if trace is None else {"traceId": trace}))
        return
    if not re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", trace or ""):
        raise Difference(f"traceId is {trace!r}")
    detail, errors = problem.pop("detail", None), problem.pop("errors", None)
    _same("the rest of the problem", {}, problem)
    fields = None if expected.fields is None else sorted(expected.fields)
    _same("the fields named", fields, None if errors is None else sorted(errors))
    if errors is not None and not all(isinstance(one, str) and one for told in errors.values() for one in told):
        raise Difference(f"errors says nothing: {errors}")
    told = expected.reason not in {"validation", "route", "method"}
    if told != bool(detail) or (told and errors and not any(detail in one for said in errors.values() for one in said)):
        raise Difference(f"detail is {detail!r}, with errors {errors}")


def _same(what: str, expected: Any, got: Any) -> None:
    if expected != got:
        raise Difference(f"{what}: came {got!r}, expected {expected!r}")
