"""In what manner a client calls: representations, spelling of the path, writing of the token. All mean the same."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from tests.machine.model.brief import Brief

Form = Literal["json", "xml"]

_ACCEPTS: tuple[tuple[str | None, str, str], ...] = (
    ("application/json", "application/json", "application/json"),
    ("application/xml", "application/xml", "application/xml"),
    ("text/xml", "text/xml", "text/xml"),
    ("text/json", "text/json", "text/json"),
    ("text/plain", "application/json", "text/plain"),
    (None, "application/json", "text/plain"),
    ("*/*", "application/json", "text/plain"),
    ("application/json;q=0.5, application/xml", "application/xml", "application/xml"),
    ("application/xml, */*;q=0.1", "application/json", "text/plain"),
    ("image/png", "application/json", "text/plain"),
)
"""`Accept`; the media type of an object; that of a bare string (ledger, representations)."""


@dataclass(frozen=True, repr=False)
class Manner(Brief):
    """One way to call."""

    body: Form = "json"
    accept: str | None = "application/json"
    path: Literal["plain", "upper", "lower", "slash"] = "plain"
    scheme: str = "Bearer "
    packed: bool = False
    """Whether gzip is asked for."""
    loose: bool = False
    """Whether JSON names are written in upper case, and an unknown property is sent beside."""

    def media_type(self, *, bare_string: bool = False) -> str:
        """What an answer has to be."""
        _, thing, text = next(one for one in _ACCEPTS if one[0] == self.accept)
        return text if bare_string else thing

    @property
    def problem_type(self) -> str:
        """What a refusal has to be (ledger, problem-content-type)."""
        return "application/problem+xml" if self.media_type().endswith("xml") else "application/problem+json"

    def spelled(self, path: str) -> str:
        """The path in another spelling of the same (ledger, route-case, route-trailing-slash)."""
        match self.path:
            case "upper":
                return path.upper()
            case "lower":
                return path.lower()
            case "slash":
                return path + "/"
            case _:
                return path


PLAIN = Manner()
XML = Manner("xml", "application/xml")
_BODIES: tuple[Form, ...] = ("json", "xml")
_OTHERS = [Manner(body, accept) for body in _BODIES for accept, _, _ in _ACCEPTS]
_SPELLED = [
    Manner("xml", "application/xml", path="lower", packed=True),
    Manner("xml", "text/xml", path="slash", scheme="bearer  "),
    Manner("json", "application/json", path="upper", scheme="BEARER ", loose=True),
    Manner("json", None, path="slash", packed=True, loose=True),
]
MANNERS = st.sampled_from([PLAIN, XML, *_SPELLED, *_OTHERS])
