"""What is used of Connexion, imported without the warnings and the libraries that it brings and nobody here calls."""

import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _StandIn(ModuleType):
    """An empty module in the place of one that is wanted by name only: what is imported out of it is None. Whoever asks
    it for anything else gets that from the real one."""

    def __init__(self, name: str, wanted: tuple[str, ...]) -> None:
        super().__init__(name)
        self.__dict__.update(dict.fromkeys(wanted))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def _left_out(names: Mapping[str, tuple[str, ...]]) -> Iterator[None]:
    """Half of the time and the memory that importing Connexion takes are these modules."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _StandIn(name, names[name]) for name in missing})
    try:
        yield
    finally:
        for name in missing:
            if isinstance(sys.modules.get(name), _StandIn):
                del sys.modules[name]


_UNCALLED: dict[str, tuple[str, ...]] = {
    "httpx": (),
    "requests": (),
    "starlette.testclient": ("TestClient",),
    "jinja2": (),
    "starlette.templating": ("Jinja2Templates",),
    "starlette.staticfiles": ("StaticFiles",),
}
"""Modules, and the names that are imported out of them."""

with warnings.catch_warnings(), _left_out(_UNCALLED):
    # Connexion's schema code raises one about jsonschema.RefResolver.
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.apps.asynchronous import AsyncApi, AsyncASGIApp
    from connexion.exceptions import ProblemException, ResolverError
    from connexion.lifecycle import ConnexionRequest, ConnexionResponse
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.swagger_ui import SwaggerUIMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.validators.parameter import ParameterValidator

__all__ = [
    "AbstractOperation",
    "AsyncASGIApp",
    "AsyncApi",
    "AsyncApp",
    "ConnexionMiddleware",
    "ConnexionRequest",
    "ConnexionResponse",
    "ParameterValidator",
    "ProblemException",
    "Resolution",
    "Resolver",
    "ResolverError",
    "SwaggerUIMiddleware",
]
