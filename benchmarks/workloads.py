"""What is asked of the servers, and the answers that all of them are to give."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.load import script
from benchmarks.process import Process
from elko_mock.contract.contract import Contract
from elko_mock.gate.account import DEFAULT_TOKEN
from elko_mock.trade.fixed import PLENTY
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

BASE = "/v3.0/api"
PRODUCTS = f"{BASE}/Catalog/Products"
VENDORS = f"{BASE}/Catalog/Vendors"
ORDERS = f"{BASE}/Orders"
AUTHORIZED = {"Authorization": f"Bearer {DEFAULT_TOKEN}"}
JSON = {**AUTHORIZED, "Accept": "application/json"}
XML = {**AUTHORIZED, "Accept": "application/xml"}
ORDER = {"lines": [{"elkoCode": PLENTY, "quantity": 1}]}
SEVERAL = 20

_RANDOM = """
local codes = {%s}
local prefix, joint = "%s", "%s"
math.randomseed(%d)
request = function()
  local chosen = {}
  for place = 1, %d do chosen[place] = codes[math.random(#codes)] end
  return wrk.format("GET", prefix .. table.concat(chosen, joint))
end
"""
_POST = """
wrk.method = "POST"
wrk.body = [==[%s]==]
"""


class Answers(NamedTuple):
    """What the mock itself answers, asked before anything is measured."""

    folder: Path
    codes: tuple[int, ...]
    """All product codes."""
    same: tuple[int, ...]
    """The twenty that are read again and again."""
    order: object
    """An order as answered."""


def ask_answers(mock: Process, folder: Path) -> Answers:
    """Write `same.json`, `full.json`, `full.xml` ... into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    full = _get(mock, PRODUCTS, JSON)
    codes = tuple(row["elkoCode"] for row in orjson.loads(full))
    same = codes[:: len(codes) // SEVERAL][:SEVERAL]
    (folder / "full.json").write_bytes(full)
    (folder / "full.xml").write_bytes(_get(mock, PRODUCTS, XML))
    (folder / "same.json").write_bytes(_get(mock, comma(same), JSON))
    (folder / "same.xml").write_bytes(_get(mock, comma(same), XML))
    status, order = mock.ask("POST", ORDERS, {**JSON, "Content-Type": "application/json"}, orjson.dumps(ORDER))
    if status != 200:
        raise RuntimeError(f"the order was answered {status}: {order!r}")
    return Answers(folder, codes, same, orjson.loads(order))


def comma(codes: tuple[int, ...]) -> str:
    """The target of a read of these products, as recorded clients write it."""
    return f"{PRODUCTS}?elkoCode={','.join(map(str, codes))}"


def repeated(codes: tuple[int, ...]) -> str:
    """The same, as `explode: true` means it literally: Prism and Specmatic read no other."""
    return f"{PRODUCTS}?{'&'.join(f'elkoCode={code}' for code in codes)}"


def plain_script(folder: Path) -> Path:
    """The same request again and again."""
    return script(folder, "plain")


def random_script(folder: Path, name: str, codes: tuple[int, ...], prefix: str, joint: str, seed: int) -> Path:
    """Each request asks for twenty other products."""
    listed = ",".join(map(str, codes))
    return script(folder, name, _RANDOM % (listed, prefix, joint, seed, SEVERAL))


def post_script(folder: Path, name: str, body: bytes) -> Path:
    """The same body again and again."""
    return script(folder, name, _POST % body.decode())


def order_xml() -> bytes:
    """The order in XML."""
    contract = Contract.load()
    body = contract.by_id["createOrder"].body
    if body is None:
        raise LookupError("createOrder takes no body")
    return Codec(body.schema, contract.components).encode(ORDER, Representation("application/xml", "xml"))


def _get(mock: Process, target: str, headers: Mapping[str, str]) -> bytes:
    status, body = mock.get(target, headers)
    if status != 200:
        raise RuntimeError(f"{target[:80]} was answered {status}: {body[:200]!r}")
    return body
