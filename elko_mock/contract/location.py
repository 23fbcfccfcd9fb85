"""Where the data files are: beside the package in a checkout, inside it in an installed wheel."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

VENDORED_DOCUMENT = "openapi/elko-v3.0.yaml"
"""The reconstructed document of the ELKO eCom API v3.0."""
LEDGER = "openapi/fidelity.yaml"
"""The fidelity ledger."""


def data_file(name: str) -> Traversable:
    """The file or folder of that name under the project's data, for example `openapi/elko-v3.0.yaml` or `scenarios`.

    Raises FileNotFoundError when it is in neither place.
    """
    package = files("elko_mock")
    shipped = package.joinpath("_data", *name.split("/"))
    if shipped.is_file() or shipped.is_dir():
        return shipped
    checkout = Path(str(package)).parent.joinpath(*name.split("/"))
    if checkout.exists():
        return checkout
    raise FileNotFoundError(f"{name} of elko-mock is missing, in the package and beside it; install it again")
