"""Assembly of the control plane: its operations, WireMock's admin paths and the sink over one mock's worlds."""

from elko_mock.contract.contract import Contract
from elko_mock.exchange.asgi import ASGIApp
from elko_mock.exchange.redaction import EXPORT_KEY, PersonalFields
from elko_mock.server.control.app import ControlPlane
from elko_mock.server.control.kept import KeptControlPlane
from elko_mock.server.control.operations import Operations
from elko_mock.server.control.sink import Sink
from elko_mock.server.control.state import ControlState
from elko_mock.server.control.wiremock import WireMockAdmin
from elko_mock.server.durability import Durability
from elko_mock.world.worlds import Worlds


def control_plane(
    contract: Contract, worlds: Worlds, base_path: str, token: str | None, durability: Durability | None = None
) -> ASGIApp:
    """`base_path`: where the API begins. `token`: what each request must carry, if anything. `durability`: what keeps
    the worlds, if anything does."""
    personal = PersonalFields(EXPORT_KEY)
    state = ControlState(contract, worlds, personal, base_path)
    plane = ControlPlane(Operations(state), Sink(worlds), WireMockAdmin(worlds, personal), token=token)
    return plane if durability is None else KeptControlPlane(plane, durability, worlds)
