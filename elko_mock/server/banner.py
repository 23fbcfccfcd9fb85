"""The start banner: where the mock is, what opens it, and three lines to paste."""

from elko_mock.server.app import Mock
from elko_mock.server.assembly import base_path_of


def banner(mock: Mock, url: str) -> str:
    """What a person wants to see after starting the mock."""
    world = mock.worlds.default
    account = world.gate.account
    base = url + base_path_of(mock.contract)
    token = account.token or "none-yet-this-account-must-create-one"
    order = '{"lines":[{"elkoCode":1341426,"quantity":1}]}'
    return f"""\
elko-mock serves the ELKO eCom API v3.0 at {base}

  scenario  {world.scenario.name}, {len(world.trade.catalog)} products
  user      {account.settings.username}
  password  {account.settings.password}
  control   {url}/_elko/health

To try it, paste these lines:

  TOKEN='{token}'
  curl -H "Authorization: Bearer $TOKEN" '{base}/Catalog/Products?elkoCode=1341426'
  curl -H "Authorization: Bearer $TOKEN" -H 'Accept: application/xml' '{base}/Catalog/Vendors'
  curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{order}' '{base}/Orders'
"""
