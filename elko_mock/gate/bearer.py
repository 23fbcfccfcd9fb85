"""The `Authorization` value: which token it carries, and how it was written."""

import hashlib
import re
from typing import NamedTuple

from elko_mock.exchange.exchange import NO_CREDENTIAL, Credential, CredentialForm

_LINE_END = re.compile(r"\r|\n|\\r|\\n")
_ACCEPTED = frozenset({CredentialForm.BEARER, CredentialForm.TWO_SPACES})


class Bearer(NamedTuple):
    """What an `Authorization` value says."""

    token: str
    """Without scheme, quotes and line ends; empty when there is none."""
    form: CredentialForm

    @property
    def well_formed(self) -> bool:
        """Whether the service takes it: the scheme in any case (RFC 9110, 11.1), one or more spaces, the token."""
        return self.form in _ACCEPTED

    def __repr__(self) -> str:
        return f"<Bearer {self.form}>"


def parse_bearer(authorization: str | None) -> Bearer:
    """Read an `Authorization` value; every text is answered, none raises."""
    if authorization is None or not authorization.strip():
        return Bearer("", CredentialForm.NONE)
    text = authorization.strip(" \t")
    line_end = _LINE_END.search(text) is not None
    text = _LINE_END.sub("", text).strip(" \t")
    quoted = '"' in text or "'" in text
    text = text.replace('"', "").replace("'", "").strip(" \t")
    scheme, blank, rest = text.partition(" ")
    if not blank:
        if scheme.lower() == "bearer":
            return Bearer("", CredentialForm.NONE)
        form, token = CredentialForm.BARE, scheme
    elif scheme.lower() != "bearer":
        return Bearer(rest.strip(), CredentialForm.OTHER_SCHEME)
    else:
        token = rest.lstrip(" \t")
        form = CredentialForm.BEARER if len(token) == len(rest) else CredentialForm.TWO_SPACES
    if line_end:
        form = CredentialForm.LINE_END
    elif quoted:
        form = CredentialForm.QUOTED
    return Bearer(token, form)


def credential(authorization: str | None, salt: bytes) -> Credential:
    """What may be recorded of an `Authorization` value: its form and a fingerprint under the salt."""
    bearer = parse_bearer(authorization)
    if not bearer.token:
        return NO_CREDENTIAL if bearer.form is CredentialForm.NONE else Credential(bearer.form, "")
    digest = hashlib.blake2s(bearer.token.encode("utf-8", "surrogatepass"), key=salt[:32], digest_size=6)
    return Credential(bearer.form, digest.hexdigest())
