"""The functions that fuzzing calls, by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.fuzz import bodies, edge, fields

Target = Callable[[bytes], None]
"""Takes any bytes; raises when something does not hold."""

TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "xml": bodies.xml,
        "json": bodies.as_json,
        "body": bodies.body,
        "charset": bodies.charset,
        "lenient": bodies.lenient,
        "problem": bodies.problem,
        "packed": bodies.packed,
        "redacted": bodies.redacted,
        "accept": fields.accept,
        "content-type": fields.content_type,
        "authorization": fields.authorization,
        "forwarded": fields.forwarded,
        "fault": fields.fault,
        "query": fields.query,
        "path": fields.path,
        "head": fields.head,
        "http": edge.http,
    }
)
