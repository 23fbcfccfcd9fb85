"""What the tests that send planted secrets share."""

import os
from typing import Any

from elko_mock.contract.contract import Contract
from elko_mock.wire.codec import Codec
from elko_mock.wire.media_type import Representation

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ELKO_")}
"""Of a command as it is started here: nothing of the developer's own settings."""


def in_xml(operation: str, data: Any) -> bytes:
    """The body of an operation, as its schema says."""
    contract = Contract.load()
    body = contract.by_id[operation].body
    assert body is not None
    return Codec(body.schema, contract.components).encode(data, Representation("application/xml", "xml"))
