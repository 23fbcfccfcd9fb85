"""Problems of the control plane: each with a stable code, its status, and what to do about it."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from html import escape
from typing import NamedTuple


class _Kind(NamedTuple):
    status: int
    title: str
    advice: str


KINDS: Mapping[str, _Kind] = {
    "invalid-request": _Kind(
        400, "The request does not fit the control plane's document", "See /_elko/openapi.json for what is wanted."
    ),
    "bad-scenario": _Kind(
        400, "The scenario is unknown or has mistakes", "`elko-mock scenario list` and `elko-mock scenario check FILE`."
    ),
    "bad-snapshot": _Kind(
        400, "The snapshot is broken or of another version", "Nothing was changed. Take a new one with this version."
    ),
    "bad-clock": _Kind(400, "The clock cannot do that", "It moves forward only, between 1970 and 2100."),
    "bad-fault": _Kind(400, "The fault has mistakes", "scenarios/scenario.schema.json describes the `faults` entries."),
    "bad-address": _Kind(400, "Not an address or a range", "For example 192.0.2.7, 192.0.2.0/24, 2001:db8::/32."),
    "bad-time": _Kind(400, "Not a time", "ISO 8601 with its zone, for example 2026-03-01T08:00:00Z, or microseconds."),
    "unknown-address": _Kind(400, "The address is not on the list", "GET the list to see how it was added."),
    "control-token": _Kind(
        403,
        "The control plane wants its token",
        "Send the value of --control-token as `X-Elko-Control-Token`. It is wanted because the mock listens beyond "
        "loopback.",
    ),
    "second-factor": _Kind(
        403, "The second factor is wrong", "The mock's is 000000 unless its scenario says otherwise."
    ),
    "unknown-world": _Kind(404, "There is no such world", "GET /_elko/worlds lists them; idle ones are let go."),
    "unknown-scenario": _Kind(404, "There is no such scenario", "GET /_elko/scenarios lists them."),
    "unknown-path": _Kind(404, "The control plane has no such path", "See /_elko/openapi.json."),
    "wrong-method": _Kind(405, "The path does not have this method", "The header Allow lists those it has."),
    "bad-world-name": _Kind(400, "Not a name for a world", "1 to 64 letters, digits, dots, dashes and underscores."),
    "world-exists": _Kind(409, "There is a world of that name already", "Choose another name, or delete it first."),
    "too-many-worlds": _Kind(409, "No room for another world", "Delete some, or raise --max-worlds."),
    "default-world": _Kind(400, "The default world cannot go", "POST /_elko/worlds/default/reset begins it anew."),
    "terms-first": _Kind(409, "The terms come first", "PUT /_elko/worlds/{world}/account/terms."),
    "addresses-first": _Kind(409, "An address comes before the token", "POST /_elko/worlds/{world}/account/addresses."),
    "duplicate-address": _Kind(409, "The address is on the list already", "Nothing to do."),
    "not-kept": _Kind(
        500,
        "The change could not be written to the state file, so it was undone",
        "Make room or mend what `detail` says, then ask again.",
    ),
    "no-token": _Kind(409, "There is no token", "POST /_elko/worlds/{world}/account/token creates one."),
}
"""Every code the control plane can answer with."""


_LONGEST = 2000
"""Characters of a detail: it may repeat what was sent."""


class ControlProblem(Exception):
    """Ends a control request with a problem; the code is one of KINDS."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = KINDS[code].status

    def document(self) -> dict[str, object]:
        """RFC 7807 problem details, with the code and a link to what it means."""
        return {
            "type": f"/_elko/errors#{self.code}",
            "title": KINDS[self.code].title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail if len(self.detail) <= _LONGEST else f"{self.detail[:_LONGEST]}...",
        }


def no_such(what: str, name: str, known: Collection[str]) -> str:
    """A detail for a name that does not exist, with the nearest one that does."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known)) or 'none here'}"
    return f"there is no {what} {name!r}; {hint}"


def error_page() -> str:
    """All codes as one HTML page, the target of each problem's `type`."""
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{kind.status}</td><td>{escape(kind.title)}</td>'
        f"<td>{escape(kind.advice)}</td></tr>"
        for code, kind in KINDS.items()
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>elko-mock: problem codes</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;"
        "color-scheme:light dark}table{border-collapse:collapse}td,th{padding:.4rem .8rem;text-align:left;"
        "border-bottom:1px solid #8884;vertical-align:top}tr:target{background:#fd03}</style>"
        "<h1>Problem codes of the control plane</h1>"
        f"<table><tr><th>code<th>status<th>what it means<th>what to do</tr>{rows}</table></html>"
    )
