"""fuzz-client: worlds drawn are legal, failing ones are made small, saved so that they repeat, tried first again."""

import argparse
import io
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings

from elko_mock.contract.contract import Contract
from elko_mock.grade.fuzz import command
from elko_mock.grade.fuzz.drawing import hostile_worlds
from elko_mock.grade.fuzz.hunt import Bounds, Progress, hunt
from elko_mock.grade.fuzz.saved import as_yaml, save
from elko_mock.grade.fuzz.trial import Failure, Trials
from elko_mock.grade.fuzz.world import SIZES, HostileWorld, Oddity, catalog_of, code_at, tame_rows
from elko_mock.grade.process import CannotRun
from elko_mock.scenario.loader import load, read

CRASH = Failure("ValueError", "exit status 1: ValueError: invalid literal for int() with base 10: '>50'")
MORE = Oddity(0, "quantity", ">50")


def silent(_: Progress) -> None:
    """Nobody listens."""


def failing(
    *when: Callable[[HostileWorld], bool], kind: str = "ValueError"
) -> Callable[[HostileWorld], Failure | None]:
    """A client that fails in worlds of which all of that holds."""
    return lambda world: Failure(kind, "story") if all(one(world) for one in when) else None


def parses_more(world: HostileWorld) -> bool:
    return any(odd.field == "quantity" and str(odd.value).startswith(">") for odd in world.oddities)


class TestWorlds:
    @given(hostile_worlds())
    @settings(max_examples=200)
    def test_every_world_drawn_is_a_scenario_and_legal_by_the_contract(self, world: HostileWorld) -> None:
        read(world.document())
        contract = Contract.load()
        rows = [dict(row) for row in tame_rows()[: world.size]]
        for odd in world.oddities:
            rows[odd.place][odd.field] = odd.value
        assert contract.by_id["getProducts"].answer_violations(200, rows) == ()

    @given(hostile_worlds())
    @settings(max_examples=200)
    def test_every_world_saved_says_the_same_when_it_is_read(
        self, tmp_path_factory: pytest.TempPathFactory, world: HostileWorld
    ) -> None:
        folder = tmp_path_factory.getbasetemp() / "saved"
        scenario = load(str(save(folder, world, CRASH)))
        direct = read(world.document())
        assert (scenario.twists, scenario.changes, scenario.seed) == (direct.twists, direct.changes, direct.seed)
        assert world.line.startswith(scenario.line.removesuffix("..."))
        assert scenario.catalog is not None
        assert len(orjson.loads(scenario.catalog.read_bytes())) == world.size

    def test_a_world_tells_what_is_out_of_the_ordinary(self) -> None:
        world = HostileWorld(size=3, oddities=(MORE,), nulls=1.0, token_replaced_at=4, sold_out_at_order=True)
        assert world.line == (
            f'3 products; product {code_at(0)}: quantity is ">50"; whatever may be null is null; '
            "sold out at the moment it is ordered; the token is replaced before call 4"
        )
        assert not world.tame
        assert HostileWorld(size=30).tame
        assert HostileWorld(size=30).document() == {}

    def test_a_saved_world_says_how_the_client_failed(self) -> None:
        text = as_yaml(HostileWorld(oddities=(MORE,)), CRASH._replace(story="line one\n- line: two"), "x.json")
        assert "#   line one - line: two\n" in text
        assert f"    '{code_at(0)}':\n      quantity: '>50'\n" in text


class TestHunt:
    def test_one_fault_is_shrunk_to_one_product_and_one_field(self) -> None:
        progress = hunt(failing(parses_more), Bounds(runs=300, seed=3), silent)
        world, _ = progress.smallest["ValueError"]
        assert world.size == 1
        assert [(odd.place, odd.field) for odd in world.oddities] == [(0, "quantity")]
        assert len(world.facts()) == 1

    @pytest.mark.parametrize(
        ("trait", "smallest"),
        [
            (lambda world: world.unknown_fields, HostileWorld(unknown_fields=True)),
            (lambda world: world.nulls == 1, HostileWorld(nulls=1.0)),
            (lambda world: world.token_replaced_at is not None, HostileWorld(token_replaced_at=1)),
            (lambda world: world.size >= 30, HostileWorld(size=30)),
            (lambda world: world.blocked_at is not None and world.sold_out_at_order,
             HostileWorld(blocked_at=1, sold_out_at_order=True)),
        ],
    )  # fmt: skip
    def test_nothing_else_is_left(self, trait: Callable[[HostileWorld], bool], smallest: HostileWorld) -> None:
        progress = hunt(failing(trait), Bounds(runs=600, seed=1), silent)
        assert progress.smallest["ValueError"][0] == smallest

    def test_different_faults_are_told_apart(self) -> None:
        def attempt(world: HostileWorld) -> Failure | None:
            if world.unknown_fields:
                return Failure("KeyError", "an unknown property")
            return failing(parses_more)(world)

        progress = hunt(attempt, Bounds(runs=600, seed=5, all_kinds=True), silent)
        assert set(progress.smallest) == {"KeyError", "ValueError"}
        assert progress.smallest["KeyError"][0] == HostileWorld(unknown_fields=True)

    def test_a_client_that_survives_everything_is_run_as_often_as_allowed(self) -> None:
        runs: list[HostileWorld] = []
        progress = hunt(runs.append, Bounds(runs=50, seed=1), silent)
        assert not progress.smallest
        assert len(runs) == progress.runs <= 50
        assert len(set(runs)) == len(runs) > 30, "no world is tried twice"

    @pytest.mark.parametrize("runs", [1, 5, 12])
    def test_the_runs_are_bounded_shrinking_included(self, runs: int) -> None:
        count = 0

        def attempt(world: HostileWorld) -> Failure | None:
            nonlocal count
            count += 1
            return None if world.tame else Failure("ValueError", "story")

        progress = hunt(attempt, Bounds(runs=runs, seed=2), silent)
        assert count == progress.runs <= runs

    def test_the_time_is_bounded(self) -> None:
        progress = hunt(failing(parses_more), Bounds(runs=10_000, seconds=0.0), silent)
        assert progress.runs == 0
        assert progress.out_of_bounds

    def test_the_same_seed_tries_the_same_worlds(self) -> None:
        def tried(seed: int) -> list[HostileWorld]:
            worlds: list[HostileWorld] = []
            hunt(worlds.append, Bounds(runs=20, seed=seed), silent)
            return worlds

        assert tried(7) == tried(7) != tried(8)

    def test_what_failed_before_is_tried_first(self, tmp_path: Path) -> None:
        hunt(failing(parses_more), Bounds(runs=300, seed=3, database=tmp_path), silent)
        again: list[HostileWorld] = []

        def attempt(world: HostileWorld) -> Failure | None:
            again.append(world)
            return failing(parses_more)(world)

        progress = hunt(attempt, Bounds(runs=3, seed=99, database=tmp_path), silent)
        assert parses_more(again[0])
        assert progress.smallest["ValueError"][0].size == 1

    def test_what_an_attempt_raises_is_passed_on(self) -> None:
        def attempt(world: HostileWorld) -> Failure | None:
            raise CannotRun("no such file")

        with pytest.raises(CannotRun, match="no such file"):
            hunt(attempt, Bounds(runs=10), silent)

    def test_an_interrupted_hunt_keeps_what_it_found(self) -> None:
        def attempt(world: HostileWorld) -> Failure | None:
            if found:
                raise KeyboardInterrupt
            found.append(world)
            return Failure("ValueError", "story")

        found: list[HostileWorld] = []
        progress = hunt(attempt, Bounds(runs=50, seed=1), silent)
        assert progress.interrupted
        assert not progress.out_of_bounds
        assert "ValueError" in progress.smallest


PLANTED = """
import json, os, urllib.request
request = urllib.request.Request(os.environ["ELKO_BASE_URL"] + "/Catalog/Products")
request.add_header("Authorization", "Bearer " + os.environ["ELKO_TOKEN"])
try:
    rows = json.loads(urllib.request.urlopen(request, timeout=20).read())
except urllib.error.HTTPError as refused:
    raise SystemExit(3)
for row in rows:
    quantity = row["quantity"]
    if quantity:
        int(quantity)
"""


def ran(*words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    return command.run(parser.parse_args(words), out), " ".join(out.getvalue().split())


class TestCommand:
    def test_a_planted_bug_is_found_made_small_saved_and_repeats(self, tmp_path: Path) -> None:
        client = tmp_path / "client.py"
        client.write_text(PLANTED)
        folder = tmp_path / "found"
        options = ["--seed", "1", "--runs", "60", "--orderly", "3", "--crashes-only", "--quiet", "--out", str(folder)]
        code, text = ran(*options, "--", sys.executable, str(client))
        assert code == command.FOUND
        assert "ValueError exit status 1: ValueError: invalid literal for int() with base 10: '>" in text
        saved = folder / "valueerror.yaml"
        scenario = load(str(saved))
        assert list(scenario.twists.rows) == [code_at(0)]
        assert list(scenario.twists.rows[code_at(0)]) == ["quantity"]
        assert scenario.changes == ()
        assert (folder / ".worlds").is_dir()

    def test_a_client_that_fails_in_the_tame_world_is_not_fuzzed(self, tmp_path: Path) -> None:
        client = tmp_path / "client.py"
        client.write_text("raise SystemExit('elko: no configuration')")
        code, text = ran("--quiet", "--out", str(tmp_path), "--", sys.executable, str(client))
        assert code == command.COULD_NOT
        assert "elko: no configuration" in text

    def test_nothing_found_is_exit_code_0(self, tmp_path: Path) -> None:
        client = tmp_path / "client.py"
        client.write_text("")
        code, text = ran("--quiet", "--runs", "3", "--out", str(tmp_path), "--", sys.executable, str(client))
        assert code == command.NOTHING_FOUND
        assert text == "Nothing found in 3 runs."

    @pytest.mark.parametrize("fails", [True, False])
    def test_an_interruption_is_no_end(self, fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def run(trials: Trials, world: HostileWorld, tolerance: object) -> Failure | None:
            tried.append(world)
            if len(tried) > 3:
                raise KeyboardInterrupt
            return CRASH if fails and len(tried) == 3 else None

        tried: list[HostileWorld] = []
        monkeypatch.setattr(Trials, "run", run)
        code, text = ran("--quiet", "--out", str(tmp_path), "--", "true")
        assert code == command.INTERRUPTED == 130
        assert ("1 way to fail found" if fails else "Nothing found") in text
        assert "in 3 runs, interrupted." in text
        assert (tmp_path / "valueerror.yaml").exists() == fails

    def test_mistakes_are_exit_code_2(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert ran("--quiet")[0] == command.USAGE
        assert "say what to fuzz" in capsys.readouterr().err
        assert ran("--quiet", "--", "/no/such/client")[0] == command.USAGE
        assert "/no/such/client: No such file" in capsys.readouterr().err


def test_a_saved_scenario_is_served_as_it_stands(tmp_path: Path) -> None:
    saved = save(tmp_path, HostileWorld(oddities=(MORE,)), CRASH)
    serving = [sys.executable, "-m", "elko_mock", "serve", "--scenario", str(saved), "--port", "0"]
    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as mock:
        try:
            assert mock.stdout is not None
            banner = ""
            while "curl" not in banner:
                banner += mock.stdout.readline()
            token = banner.split("TOKEN='")[1].split("'")[0]
            url = banner.split(" at ")[1].split()[0] + "/Catalog/Products"
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
            rows = orjson.loads(urllib.request.urlopen(request, timeout=20).read())
        finally:
            mock.terminate()
    assert [(row["elkoCode"], row["quantity"]) for row in rows] == [(code_at(0), ">50")]


def test_catalogues_come_in_every_size() -> None:
    for size in SIZES:
        assert len(orjson.loads(catalog_of(size))) == size
