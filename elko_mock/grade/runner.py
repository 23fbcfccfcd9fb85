"""The runs: the client's command in one world after another, several at a time, and what each of them showed."""

import shlex
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from elko_mock.contract.contract import Contract
from elko_mock.exchange.exchange import Exchange
from elko_mock.exchange.export import read_ndjson
from elko_mock.grade.config import Grading
from elko_mock.grade.house import House
from elko_mock.grade.judge import Judge, Sitting
from elko_mock.grade.process import CannotRun, Outcome, run
from elko_mock.grade.session import Ending, Facts, Session
from elko_mock.grade.situations import CALM, Situation, named, needed
from elko_mock.grade.street import Street
from elko_mock.grade.tunnel import Tunnel
from elko_mock.grade.variables import variables_for
from elko_mock.settings import Settings

_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Variables by which HTTP libraries are told of an authority; what they trust then is wrong in its name alone."""
_HELPER_TIME = 120.0


@dataclass(frozen=True, slots=True)
class Ran:
    """One run, its journal in a file."""

    situation: Situation
    ending: Ending
    journal: Path
    secrets: frozenset[str] = field(repr=False)


def _nobody(name: str) -> None:
    """Nobody wants to be told."""
    del name


class Runner:
    """Runs a client's command under a grading's configuration."""

    def __init__(self, grading: Grading, settings: Settings, contract: Contract) -> None:
        self._grading = grading
        self._settings = settings
        self._contract = contract

    @property
    def situations(self) -> tuple[Situation, ...]:
        """What will be run."""
        grading = self._grading
        return named(grading.scenarios) if grading.scenarios else needed(grading.rules)

    def grade(
        self, command: Sequence[str], told: Callable[[str], None] = _nobody, keep: Path | None = None
    ) -> list[Sitting]:
        """Run the command in every situation and judge the journals; `told` hears of each run that has ended.

        `keep`: a folder for the journals. Raises HouseProblem, CannotRun.
        """
        with tempfile.TemporaryDirectory(prefix="elko-mock-") as temporary:
            folder = keep or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            return self._judged(self._run_all(command, told, folder))

    def _run_all(self, command: Sequence[str], told: Callable[[str], None], folder: Path) -> list[Ran]:
        situations = self.situations
        stopped = threading.Event()
        with Street(self._settings) as street, ThreadPoolExecutor(min(self._grading.jobs, len(situations))) as pool:

            def one(situation: Situation) -> Ran | None:
                if stopped.is_set():
                    return None
                with street.house(whole_catalog=situation.whole_catalog) as house:
                    ran = self._run(command, situation, house, folder, stopped)
                told(situation.name)
                return ran

            try:
                return [ran for ran in pool.map(one, situations) if ran is not None]
            except BaseException:
                stopped.set()
                raise

    def _run(
        self, command: Sequence[str], situation: Situation, house: House, folder: Path, stopped: threading.Event
    ) -> Ran:
        grading = self._grading
        world = house.prepare(situation.scenario, grading.scale)
        variables = variables_for(grading, house, world, situation.name)
        if grading.prepare:
            _helper(grading.prepare, variables)
        connections = 0
        if situation.wrong_certificate:
            with Tunnel(house.port) as tunnel:
                variables = variables_for(grading, house, world, situation.name, tunnel.url)
                variables |= dict.fromkeys(_TRUST, str(tunnel.authority_file))
                outcomes = run(command, variables, grading.timeout, workers=situation.workers, stopped=stopped)
                connections = tunnel.connections
        else:
            outcomes = run(command, variables, grading.timeout, workers=situation.workers, stopped=stopped)
        at = house.now()
        assertion = _helper(grading.assertion, variables) if grading.assertion else None
        journal = folder / f"{situation.name}.ndjson"
        with journal.open("wb") as file:
            for piece in house.journal():
                file.write(piece)
        worst = _worst(outcomes)
        ending = Ending(
            at=at,
            exit_status=worst.exit_status,
            timed_out=worst.timed_out,
            crashed=worst.crashed,
            last_words=worst.last_words,
            open_reservations=house.open_reservations(),
            connections=connections,
            assertion=assertion,
        )
        # The well-known password is in every manual, and the product's name: it is no secret.
        known = (world.get("token"), self._settings.token, self._settings.password)
        return Ran(situation, ending, journal, frozenset(one for one in known if one))

    def _judged(self, runs: Sequence[Ran]) -> list[Sitting]:
        calm = next((ran.ending.good for ran in runs if ran.situation.name == CALM), None)
        judge = Judge(self._grading.rules, self._contract)
        sittings = []
        for ran in runs:
            facts = Facts(
                world=ran.situation.name,
                scenario=ran.situation.name,
                scale=self._grading.scale,
                workers=ran.situation.workers,
                calm=calm,
                wrong_certificate=ran.situation.wrong_certificate,
                secrets=ran.secrets,
            )
            sittings.append(judge.hear(Session(facts, _exchanges(ran.journal), ran.ending)))
        return sittings


def _exchanges(journal: Path) -> Iterator[Exchange]:
    with journal.open("rb") as lines:
        yield from read_ndjson(lines)


def _worst(outcomes: Sequence[Outcome]) -> Outcome:
    """Of several workers, the one that ended worst."""
    return max(outcomes, key=lambda one: (one.crashed, one.timed_out, one.exit_status != 0))


def _helper(command: str, variables: Mapping[str, str]) -> int:
    """Exit status of a command of the user's own, in words as a shell splits them. Raises CannotRun."""
    (outcome,) = run(shlex.split(command), variables, _HELPER_TIME)
    if outcome.exit_status is None:
        raise CannotRun(f"{command}: still running after {_HELPER_TIME:g} s")
    return outcome.exit_status
