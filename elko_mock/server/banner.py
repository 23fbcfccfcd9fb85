"""The start banner: where the mock is, what opens it, and three lines to paste."""

from elko_mock.gate.account import DEFAULT_PASSWORD, DEFAULT_USER
from elko_mock.gate.token import user_of
from elko_mock.server.app import Mock

_GIVEN = "(as given)"


def banner(mock: Mock, url: str) -> str:
    """What a person wants to see after starting the mock. Banners end in logs, so what was given is not said again:
    only what is well known, and tokens that the mock made."""
    world = mock.worlds.default
    account = world.gate.account
    base = url + mock.contract.prefix
    settings = account.settings
    token = account.token or "none-yet-this-account-must-create-one"
    if account.token is not None and user_of(token) is None:
        token = "the-token-that-was-given"  # noqa: S105 - stands for one
    user = settings.username if settings.username == DEFAULT_USER else _GIVEN
    password = settings.password if settings.password == DEFAULT_PASSWORD else _GIVEN
    order = '{"lines":[{"elkoCode":1341426,"quantity":1}]}'
    return f"""\
elko-mock serves the ELKO eCom API v3.0 at {base}

  scenario  {world.scenario.name}, {len(world.trade.catalog)} products
  user      {user}
  password  {password}
  control   {url}/_elko/health

To try it, paste these lines:

  TOKEN='{token}'
  curl -H "Authorization: Bearer $TOKEN" '{base}/Catalog/Products?elkoCode=1341426'
  curl -H "Authorization: Bearer $TOKEN" -H 'Accept: application/xml' '{base}/Catalog/Vendors'
  curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{order}' '{base}/Orders'
"""
