"""No value shows a secret when it is printed: every class of the package that has a field for one is tried."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import elko_mock
from elko_mock.exchange.messages import Fields, Request, Response
from elko_mock.gate.bearer import parse_bearer
from elko_mock.server.assembly import assemble
from elko_mock.server.client import ControlClient
from elko_mock.settings import Settings
from elko_mock.verify.check import Credentials
from elko_mock.verify.target import TargetProblem, parse_target
from tests.secrets.canaries import CONTROL_TOKEN, OWN_TOKEN, PASSWORD, TOKEN, USERNAME, sightings

_SECRET = re.compile(
    r"token|passw|secret|authori[sz]ation|credential|bearer|second_factor|salt|cookie|username", re.IGNORECASE
)
_SENT = re.compile(r"body|headers|query|raw|data|environment|variables|arguments|snapshot")
"""Fields in which a secret may stand, among other things."""
_HARMLESS = {
    "Operation": {"body", "needs_token"},  # what a document says, and a switch
    "Respond": {"body", "headers"},  # a fault's own answer, from the scenario
    "AccountSettings": {"token_created"},  # switches and figures from here on
    "Change": {"replace_token"},
    "GateCounts": {"tokens_replaced"},
    "Bill": {"tokens_replaced"},
    "HostileWorld": {"token_replaced_at"},
    "Setting": {"secret"},
    "Arguments": {"query"},  # what verify has drawn itself
    "Call": {"arguments"},  # parameters of the path and the query, none of which is a secret
}
_NOT_IMPORTED = ("__main__", "conftest", "test_provider")


def _classes() -> Iterator[type[Any]]:
    for module in pkgutil.walk_packages(elko_mock.__path__, "elko_mock."):
        if not module.name.endswith(_NOT_IMPORTED):
            for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if found.__module__ == module.name:
                    yield found


def _fields(of: type[Any]) -> list[str]:
    if dataclasses.is_dataclass(of):
        return [field.name for field in dataclasses.fields(of)]
    return list(getattr(of, "_fields", ()))


def _holding(of: type[Any], names: list[str], secretive: set[str]) -> Any:
    """One with a planted secret in those fields, made past its constructor: what it holds shall not matter."""
    values: dict[str, Any] = {name: PASSWORD if name in secretive else None for name in names}
    if "request" in names and "request" not in secretive:
        values["request"] = Request("GET", "/", f"a={PASSWORD}", Fields(), PASSWORD.encode(), "", PASSWORD)
    if "credentials" in names:
        values["credentials"] = Credentials(USERNAME, PASSWORD)
    if "response" in names:
        values["response"] = Response(200, ((b"x", PASSWORD.encode()),), PASSWORD.encode())
    if dataclasses.is_dataclass(of):
        made = object.__new__(of)
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made
    if "operation" in names:
        values["operation"] = assemble(Settings(products=1)).contract.operations[0]
    return tuple.__new__(of, [values[name] for name in names])


SECRETIVE = [
    (of, names, secretive)
    for of in _classes()
    if (names := _fields(of))
    and (
        secretive := {
            name
            for name in names
            if (_SECRET.search(name) or _SENT.fullmatch(name)) and name not in _HARMLESS.get(of.__name__, ())
        }
    )
]


@pytest.mark.parametrize(
    ("of", "names", "secretive"), SECRETIVE, ids=[f"{one[0].__module__}.{one[0].__name__}" for one in SECRETIVE]
)
def test_what_may_hold_a_secret_does_not_show_it(of: type[Any], names: list[str], secretive: set[str]) -> None:
    made = _holding(of, names, secretive)
    for shown in (repr(made), str(made), f"{made}", f"{[made]}"):
        assert not sightings(shown.encode()), secretive


def test_the_search_finds_the_classes_it_is_for() -> None:
    names = {of.__name__ for of, _, _ in SECRETIVE}
    assert {"Request", "Response", "Settings", "AccountSettings", "Bearer", "Head", "Credentials", "Ran"} <= names
    assert len(names) > 20


def test_what_is_made_of_secrets_does_not_show_them() -> None:
    settings = Settings(token=OWN_TOKEN, control_token=CONTROL_TOKEN, password=PASSWORD, username=USERNAME, products=1)
    mock = assemble(settings)
    world = mock.worlds.default
    bearer = f"Bearer {TOKEN}"
    request = Request("GET", "/v3.0/api/Orders", f"token={TOKEN}", Fields(), PASSWORD.encode(), "127.0.0.1", bearer)
    made: list[Any] = [settings, mock, mock.worlds, world, world.gate, world.gate.account, world.gate.account.settings]
    made += [world.scenario, world.journal, request, parse_bearer(bearer), ControlClient("http://x", CONTROL_TOKEN)]
    made += [mock._open(request), mock._open(request).request]
    for one in made:
        assert not sightings(f"{one!r} {one}".encode()), type(one)


@pytest.mark.parametrize(
    "url",
    [
        f"https://{USERNAME}:{PASSWORD}@host.invalid",
        f"https://{USERNAME}:{PASSWORD}/x@host.invalid",
        f"{USERNAME}:{PASSWORD}@host.invalid",
        f"//{USERNAME}:{PASSWORD}@host.invalid",
        f"https://host.invalid/?token={TOKEN}",
        f"https://host.invalid/#{TOKEN}",
        f"https://host.invalid/a b?{PASSWORD}",
        f"https://{USERNAME}:{PASSWORD}@[::1",
    ],
)
def test_a_url_that_cannot_be_used_is_not_repeated_with_its_secrets(url: str) -> None:
    with pytest.raises(TargetProblem) as refused:
        parse_target(url)
    assert not sightings(str(refused.value).encode())
    assert "host.invalid" in str(refused.value) or "[::1" in str(refused.value)
