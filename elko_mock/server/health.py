"""Ask a running mock whether it is ready; exit code 0 when it is, 1 when it is not (for a container's HEALTHCHECK)."""

import argparse
import http.client
import sys

from elko_mock.settings import SettingsProblem, load

_USAGE = 2
_TIMEOUT = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Host and port of the mock; the settings of `serve` are the default."""
    parser.add_argument("--host", help="where the mock listens (default: as `elko-mock serve` would)")
    parser.add_argument("--port", help="its port (default: as `elko-mock serve` would)")


def run(arguments: argparse.Namespace) -> int:
    """0 when the mock answers that it is ready, 1 when it does not, 2 for settings that make no sense."""
    try:
        settings = load({"host": arguments.host, "port": arguments.port})
    except SettingsProblem as problem:
        print(f"elko-mock: {problem}", file=sys.stderr)  # noqa: T201 - this is the command's voice
        return _USAGE
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - told apart, not bound
    connection = http.client.HTTPConnection(host.strip("[]"), settings.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/_elko/ready")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        print(f"elko-mock: no answer at {host} port {settings.port}: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        connection.close()
    print("ready" if status == 200 else f"not ready: {status}")  # noqa: T201
    return 0 if status == 200 else 1
