"""The daily job as it should be, all of it in XML."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as Xml
from xml.sax.saxutils import escape

from daily_job import main
from elko_client import Elko
from elko_wire import Answer

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
LISTS = {"description", "mediaFiles", "lines"}
MODELS = {"username": "TokenRequest", "shipTo": "Order", "customerReference": "Reservation"}


class XmlElko(Elko):
    accept = "application/xml"

    def written(self, body: Any) -> tuple[str, bytes]:
        model = next(MODELS[key] for key in body if key in MODELS)
        return "application/xml; charset=utf-8", element(model, body, f"{model}Line").encode()

    def read(self, answer: Answer) -> Any:
        if "xml" not in answer.content_type:
            raise ValueError(f"asked for XML, got {answer.content_type}")
        try:
            return value(Xml.fromstring(answer.body))
        except Xml.ParseError as problem:
            raise ValueError(str(problem)) from problem

    def products(self) -> list[dict[str, Any]]:
        return [row | {"elkoCode": int(row["elkoCode"])} for row in super().products()]

    def descriptions(self, codes: Sequence[int]) -> list[dict[str, Any]]:
        return [row | {"productId": int(row["productId"])} for row in super().descriptions(codes)]

    def media(self, codes: Sequence[int]) -> list[dict[str, Any]]:
        return [row | {"id": int(row["id"])} for row in super().media(codes)]


def value(node: Xml.Element) -> Any:
    """Lists and objects by their element's name, texts as they are, nil as None."""
    if node.get(NIL) == "true":
        return None
    name = node.tag.rpartition("}")[2]
    if name.startswith("ArrayOf") or name in LISTS:
        return [value(child) for child in node]
    if len(node):
        return {child.tag.rpartition("}")[2]: value(child) for child in node}
    return node.text or ""


def element(name: str, content: Any, item: str) -> str:
    """One element; what its lists hold is called `item`."""
    if isinstance(content, dict):
        inner = "".join(element(key, one, item) for key, one in content.items())
    elif isinstance(content, list):
        inner = "".join(element(item, one, item) for one in content)
    else:
        inner = str(content).lower() if isinstance(content, bool) else escape(str(content))
    return f"<{name}>{inner}</{name}>"


main(elko=XmlElko)
