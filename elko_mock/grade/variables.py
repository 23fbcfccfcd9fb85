"""The variables a client's command is given: the environment of this process, and where its world is."""

from collections.abc import Mapping
from typing import Any

from elko_mock.grade.config import Grading
from elko_mock.grade.house import House
from elko_mock.settings import environment

_SINK = "/_elko/sink/@default"


def variables_for(
    grading: Grading, house: House, world: Mapping[str, Any], situation: str, url: str | None = None
) -> dict[str, str]:
    """All variables. `world`: what the control plane says of it; `url`: where the client is to call, if not at the
    house itself."""
    address = url or house.url
    values = {
        "url": address,
        "base_url": address + world["baseUrl"],
        "host": "127.0.0.1",
        "port": address.rpartition(":")[2],
        "token": world.get("token") or "",
        "username": world["username"],
        "password": world["password"],
        "sink_url": house.url + _SINK,
        "scale": f"{grading.scale:g}",
        "scenario": situation,
    }
    return environment() | {name: template.format_map(values) for name, template in grading.environment.items()}
