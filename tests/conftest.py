"""What holds for every test: loopback only, no settings from the developer's shell, hypothesis without a stopwatch, and
nothing planted as a secret comes out anywhere."""

import errno
import ipaddress
import os
import signal
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.secrets.watching import Watch, add_option

for variable in [name for name in os.environ if name.startswith("ELKO_")]:
    del os.environ[variable]

# Whoever starts the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no failure.
settings.register_profile("elko", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("elko")


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    """Make the rest of the network look unplugged, for sockets made by Python code of this process."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo" and arguments[0]:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
    else:
        return
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
        near = address.is_loopback or address.is_unspecified
    except ValueError:
        near = host == "localhost"
    if not near:
        raise OSError(errno.ENETUNREACH, f"tests talk to loopback only, not to {host}")


sys.addaudithook(_loopback_only)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a run may be told beside pytest's own options."""
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The watch is up before the first test is collected."""
    config.pluginmanager.register(Watch(config), "planted-secrets")
