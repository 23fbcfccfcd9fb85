"""Start the mock and serve until told to stop (SIGINT or SIGTERM)."""

import argparse
import logging
import sys
from pathlib import Path
from typing import Any

from elko_mock.contract.document import DocumentProblem
from elko_mock.server.assembly import AssemblyProblem, assemble
from elko_mock.server.banner import banner
from elko_mock.server.live import CannotListen, listen, serve, url_of
from elko_mock.settings import SETTINGS, Settings, SettingsProblem, load
from elko_mock.settings.writable import try_files

_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One flag for each setting, grouped as the documentation groups them."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file; else elko-mock.toml, if there is one"
    )
    groups: dict[str, Any] = {}
    for setting in SETTINGS:
        group = groups.get(setting.group) or groups.setdefault(setting.group, parser.add_argument_group(setting.group))
        shown = "" if setting.default is None or setting.secret else f" (default: {_shown(setting.default)})"
        text = f"{setting.help}{shown} [{setting.variable}]".replace("%", "%%")
        if setting.kind.metavar:
            group.add_argument(setting.flag, dest=setting.name, metavar=setting.kind.metavar, help=text)
        else:
            group.add_argument(
                setting.flag, dest=setting.name, action=argparse.BooleanOptionalAction, default=None, help=text
            )


def run(arguments: argparse.Namespace) -> int:
    """Serve; 0 after a clean stop, 2 for settings that make no sense or an address that cannot be had."""
    flags = {setting.name: getattr(arguments, setting.name) for setting in SETTINGS}
    try:
        settings = load(flags, file=arguments.config)
        logging.basicConfig(level=settings.log_level.upper(), format="elko-mock: %(message)s", stream=sys.stderr)
        logging.getLogger("connexion").setLevel(logging.ERROR)
        _try_port_file(settings)
        mock = assemble(settings)
        sock = listen(settings.host, settings.port)
    except (SettingsProblem, DocumentProblem, AssemblyProblem, CannotListen) as problem:
        print(f"elko-mock: {problem}", file=sys.stderr)  # noqa: T201 - this is the command's voice
        return _USAGE
    url = url_of(sock)

    def started() -> None:
        print(banner(mock, url), flush=True)  # noqa: T201
        _write_port(settings, sock.getsockname()[1])

    try:
        serve(mock, sock, log_level=settings.log_level, started=started)
    finally:
        if settings.port_file is not None:
            settings.port_file.unlink(missing_ok=True)
    return 0


def _try_port_file(settings: Settings) -> None:
    """Raises SettingsProblem for a port file that could not be written once the mock serves."""
    if settings.port_file is None:
        return
    tried = settings.port_file if settings.port_file.is_dir() else _draft(settings.port_file)
    try:
        try_files([tried])
    except OSError as problem:
        raise SettingsProblem(f"--port-file {settings.port_file} cannot be written: {problem.strerror}") from None


def _write_port(settings: Settings, port: int) -> None:
    """The file appears whole or not at all: a script may be waiting for it."""
    if settings.port_file is None:
        return
    draft = _draft(settings.port_file)
    draft.write_text(f"{port}\n", encoding="ascii")
    draft.replace(settings.port_file)


def _draft(port_file: Path) -> Path:
    return port_file.with_name(port_file.name + ".new")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
