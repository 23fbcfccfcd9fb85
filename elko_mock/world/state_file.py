"""The state file: each world's last snapshot and the calls since then, in SQLite, so that nothing acknowledged is lost.

A call is written, and on the disk, before it is answered (write-ahead log, `synchronous=FULL`). One process at a time
holds the file.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from elko_mock.clock import Instant

_APPLICATION = 0x454C4B4F
"""SQLite's mark for whose file it is: "ELKO"."""
VERSION = 1
_TABLES = """
CREATE TABLE worlds (name TEXT PRIMARY KEY, snapshot BLOB NOT NULL, at INTEGER NOT NULL, wall INTEGER NOT NULL);
CREATE TABLE calls (
    seq INTEGER PRIMARY KEY, world TEXT NOT NULL, at INTEGER NOT NULL, wall INTEGER NOT NULL,
    operation TEXT NOT NULL, arguments BLOB NOT NULL, body BLOB NOT NULL
);
CREATE INDEX calls_of_world ON calls (world, seq);
"""


class StateProblem(ValueError):
    """The state file cannot be used, or not be written; the message says why. What it holds is as it was."""


class KeptCall(NamedTuple):
    """One call that may have changed a world."""

    at: Instant
    """World time."""
    wall: Instant
    """Real time."""
    operation: str
    """Canonical operationId."""
    arguments: Any
    body: Any

    def __repr__(self) -> str:
        return f"<KeptCall {self.operation} {self.at}>"


class KeptWorld(NamedTuple):
    """One world as the file holds it."""

    name: str
    snapshot: bytes
    at: Instant
    """World time of the snapshot."""
    wall: Instant
    """Real time of the snapshot."""
    calls: tuple[KeptCall, ...]
    """What has been done since, in order."""

    def __repr__(self) -> str:
        return f"<KeptWorld {self.name} {self.at}>"


class StateFile:
    """An open state file."""

    def __init__(self, path: Path) -> None:
        """Opens it, or makes it. Raises StateProblem for a file that is not one, of a newer version, damaged, in use,
        or that cannot be written."""
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.2, check_same_thread=False)
        except sqlite3.Error as problem:
            raise StateProblem(f"the state file {path} {_reason(problem, path)}") from None
        try:
            self._prepare()
        except StateProblem:
            self._db.close()
            raise
        except sqlite3.Error as problem:
            self._db.close()
            raise StateProblem(f"the state file {path} {_reason(problem, path)}") from None

    def _prepare(self) -> None:
        db = self._db
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA synchronous=FULL")
        whose, version = (db.execute(f"PRAGMA {one}").fetchone()[0] for one in ("application_id", "user_version"))
        if whose != _APPLICATION:
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise StateProblem(f"{self.path} is a database of something else; name another file")
        elif version > VERSION:
            raise StateProblem(
                f"the state file {self.path} is of version {version}, this elko-mock writes {VERSION}: "
                "use the newer elko-mock, or name another file"
            )
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("BEGIN EXCLUSIVE")
        if whose != _APPLICATION:
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id={_APPLICATION}")
            db.execute(f"PRAGMA user_version={VERSION}")
        db.execute("COMMIT")
        if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise StateProblem(f"the state file {self.path} is damaged: {found.splitlines()[-1]}")

    def worlds(self) -> tuple[KeptWorld, ...]:
        """All that is kept. Raises StateProblem when it cannot be read."""
        with self._problems():
            return tuple(self._world(*row) for row in self._db.execute("SELECT name, snapshot, at, wall FROM worlds"))

    def world(self, name: str) -> KeptWorld | None:
        """One world as it is kept."""
        with self._problems():
            row = self._db.execute("SELECT name, snapshot, at, wall FROM worlds WHERE name = ?", (name,)).fetchone()
            return None if row is None else self._world(*row)

    def append(self, world: str, call: KeptCall) -> None:
        """Keep one call; on the disk when this returns. Raises StateProblem, and then it is not kept."""
        row = (world, call.at, call.wall, call.operation, orjson.dumps(call.arguments), orjson.dumps(call.body))
        with self._problems():
            self._db.execute(
                "INSERT INTO calls (world, at, wall, operation, arguments, body) VALUES (?, ?, ?, ?, ?, ?)", row
            )

    def checkpoint(self, world: str, snapshot: bytes, at: Instant, wall: Instant) -> None:
        """A snapshot in place of the former one and of the calls since. Raises StateProblem; then all is as it was."""
        with self._problems(), self._transaction():
            self._db.execute("REPLACE INTO worlds VALUES (?, ?, ?, ?)", (world, snapshot, at, wall))
            self._db.execute("DELETE FROM calls WHERE world = ?", (world,))

    def forget(self, world: str) -> None:
        """No more of that world. Raises StateProblem; then all is as it was."""
        with self._problems(), self._transaction():
            self._db.execute("DELETE FROM worlds WHERE name = ?", (world,))
            self._db.execute("DELETE FROM calls WHERE world = ?", (world,))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _world(self, name: str, snapshot: bytes, at: int, wall: int) -> KeptWorld:
        rows = self._db.execute(
            "SELECT at, wall, operation, arguments, body FROM calls WHERE world = ? ORDER BY seq", (name,)
        )
        calls = tuple(
            KeptCall(at_, wall_, operation, orjson.loads(arguments), orjson.loads(body))
            for at_, wall_, operation, arguments, body in rows
        )
        return KeptWorld(name, snapshot, at, wall, calls)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            raise StateProblem(f"the state file {self.path} {_reason(problem, self.path)}") from None


def _reason(problem: sqlite3.Error, path: Path) -> str:
    """What SQLite says, for people. Of a place it cannot use it says no more than that."""
    text = str(problem)
    if "locked" in text:
        return "is in use by another elko-mock"
    if "not a database" in text:
        return "is not a state file; name another one"
    if "full" in text:
        return "cannot be written: the disk is full"
    if "malformed" in text:
        return "is damaged"
    if path.is_dir():
        return "is a folder; name a file"
    if not path.parent.is_dir():
        return f"cannot be made: there is no folder {path.parent}"
    if not all(os.access(one, os.W_OK) for one in (path, path.parent) if one.exists()):
        return "may not be written to, or its folder may not"
    return f"cannot be used: {text}"
