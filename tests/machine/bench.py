"""The bench: one server on a real port, one lasting connection to it, and a tally of all that was done and met."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from elko_mock.server.assembly import assemble
from elko_mock.server.live import Live
from elko_mock.settings import Settings
from tests.machine.client import Client
from tests.machine.fresh import learn
from tests.machine.model.goods import Goods
from tests.machine.model.setting import Setting
from tests.machine.model.world import World

PRODUCTS = 40
"""Few enough to read them all often."""

Lie = Callable[[Setting], Setting]


class Bench:
    """Makes worlds, and counts."""

    def __init__(self, client: Client, lie: Lie) -> None:
        self.client = client
        self._lie = lie
        self.calls = 0
        """Of the API, in all worlds."""
        self._goods: dict[int, Goods] = {}
        self.steps: Counter[str] = Counter()
        """By rule."""
        self.met: Counter[str] = Counter()
        """By outcome."""
        self.forbidden: dict[str, bytes] = {}
        """The body of a 403, by its media type: there is but one."""

    def world(self, setting: Setting) -> World:
        """A new world and its model."""
        if setting.seed not in self._goods:
            self._goods[setting.seed] = learn(self.client, setting.seed)
        status, made = self.client.control("POST", "", setting.wanted())
        assert status == 200, made
        return World(self._goods[setting.seed], self._lie(setting), made)


@contextmanager
def bench(lie: Lie = lambda setting: setting) -> Iterator[Bench]:
    """A server of its own. It believes 127.0.0.1 about the caller's address, so that calls come from anywhere.

    The model is told what `lie` makes of each setting."""
    mock = assemble(Settings(products=PRODUCTS, trusted_proxies=("127.0.0.1",), max_worlds=100))
    with Live(mock) as live:
        client = Client(live.url)
        try:
            yield Bench(client, lie)
        finally:
            client.close()
