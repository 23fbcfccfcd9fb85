"""The start banner: where the mock is, what opens it, and three lines to paste."""

from elko_mock.server.app import Mock


def banner(mock: Mock, url: str) -> str:
    """What a person wants to see after starting the mock."""
    world = mock.worlds.default
    account = world.gate.account
    base = f"{url}/v3.0/api"
    token = account.token or "(none yet: this scenario's account has to create one)"
    header = f"-H 'Authorization: Bearer {token}'"
    order = '{"lines":[{"elkoCode":1341426,"quantity":1}]}'
    return f"""\
elko-mock serves the ELKO eCom API v3.0 at {base}
  world     {world.name}, scenario {world.scenario}, {len(world.trade.catalog)} products
  user      {account.settings.username}   password {account.settings.password}
  token     {token}
  control   {url}/_elko/health

Paste one of these:
  curl {header} '{base}/Catalog/Products?elkoCode=1341426'
  curl {header} -H 'Accept: application/xml' '{base}/Catalog/Categories/Tree'
  curl {header} -H 'Content-Type: application/json' -d '{order}' '{base}/Orders'
"""
