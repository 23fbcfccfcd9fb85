"""Settings: precedence, what each kind accepts, and messages that say where and what."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elko_mock.settings import SETTINGS, Setting, Settings, SettingsProblem, environment, load

NAMES = [setting.name for setting in SETTINGS]


def written(folder: Path, text: str) -> Path:
    file = folder / "elko-mock.toml"
    file.write_text(text, encoding="utf-8")
    return file


def complaint(
    flags: dict[str, Any] | None = None, variables: dict[str, str] | None = None, file: Path | None = None
) -> str:
    with pytest.raises(SettingsProblem) as caught:
        Settings.from_sources(flags or {}, variables or {}, file)
    return str(caught.value)


class TestPrecedence:
    def test_nothing_given_is_the_promised_default(self) -> None:
        settings = Settings.from_sources({}, {})
        assert (settings.host, settings.port, settings.products) == ("127.0.0.1", 3556, 2300)
        assert (settings.limit, settings.window_seconds, settings.block_seconds) == (50, 10.0, 60.0)
        assert (settings.window_kind, settings.lenient, settings.faithful) == ("sliding", False, False)
        assert settings == Settings()

    def test_flag_over_variable_over_file_over_default(self, tmp_path: Path) -> None:
        file = written(tmp_path, "[serve]\nport = 1\nlimit = 1\nseed = 5\n")
        settings = Settings.from_sources({"port": 3}, {"ELKO_MOCK_PORT": "2", "ELKO_MOCK_LIMIT": "2"}, file)
        assert (settings.port, settings.limit, settings.seed, settings.products) == (3, 2, 5, 2300)

    def test_a_flag_of_none_and_an_empty_variable_count_as_not_given(self) -> None:
        assert Settings.from_sources({"port": None}, {"ELKO_MOCK_PORT": ""}).port == 3556

    def test_a_flag_that_says_no_wins_over_a_variable_that_says_yes(self) -> None:
        assert Settings.from_sources({"faithful": False}, {"ELKO_MOCK_FAITHFUL": "1"}).faithful is False

    def test_variables_of_others_are_left_alone(self) -> None:
        assert Settings.from_sources({}, {"PORT": "1", "ELKO_BASE_URL": "x", "ELKO_MOCK_CONFIG": "y"}) == Settings()

    @pytest.mark.parametrize(
        "variable",
        [
            "ELKO_MOCK_SERVICE_HOST",
            "ELKO_MOCK_SERVICE_PORT",
            "ELKO_MOCK_SERVICE_PORT_HTTP",
            "ELKO_MOCK_PORT_3556_TCP_ADDR",
            "ELKO_MOCK_PORT",
            "ELKO_MOCK_NAME",
            "ELKO_MOCK_ENV_PATH",
        ],
    )
    def test_what_an_orchestrator_sets_for_a_service_called_elko_mock_does_no_harm(self, variable: str) -> None:
        assert Settings.from_sources({}, {variable: "tcp://10.0.0.7:3556"}) == Settings()

    def test_what_was_told_is_known_even_if_it_is_the_default(self, tmp_path: Path) -> None:
        file = written(tmp_path, "[serve]\nlimit = 50\n[grade]\nprofile = 'strict'\n")
        settings = Settings.from_sources({"seed": 1, "port": None}, {"ELKO_MOCK_PRODUCTS": "2300"}, file)
        assert settings.given == {"limit", "products", "seed"}
        assert settings == replace(Settings(), grade=settings.grade)
        assert Settings().given == frozenset()

    def test_the_other_tables_pass_through(self, tmp_path: Path) -> None:
        file = written(tmp_path, '[grade]\nprofile = "strict"\n[grade.rules]\nC07 = 900\n[verify]\nshare = 0.2\n')
        settings = Settings.from_sources({}, {}, file)
        assert settings.grade == {"profile": "strict", "rules": {"C07": 900}}
        assert settings.verify == {"share": 0.2}


class TestLoad:
    def test_reads_the_process_environment(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("ELKO_MOCK_SEED", "77")
        assert environment()["ELKO_MOCK_SEED"] == "77"
        assert load({}).seed == 77

    def test_takes_the_file_of_the_working_folder_the_variable_or_the_flag(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        here, named, flagged = (tmp_path / part for part in ("here", "named.toml", "flagged.toml"))
        here.mkdir()
        monkeypatch.chdir(here)
        assert load({}).seed == 1
        written(here, "[serve]\nseed = 2\n")
        assert load({}).seed == 2
        named.write_text("[serve]\nseed = 3\n")
        monkeypatch.setenv("ELKO_MOCK_CONFIG", str(named))
        assert load({}).seed == 3
        flagged.write_text("[serve]\nseed = 4\n")
        assert load({}, file=flagged).seed == 4


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "given", "wanted"),
        [
            ("port", "0", 0),
            ("port", 65535, 65535),
            ("window_seconds", "2.5", 2.5),
            ("window_seconds", 3, 3.0),
            ("faithful", "YES", True),
            ("faithful", "off", False),
            ("faithful", 1, True),
            ("window_kind", " Fixed ", "fixed"),
            ("max_body", 5, 5),
            ("max_body", "5", 5),
            ("max_body", "5B", 5),
            ("max_body", "64k", 65536),
            ("max_body", "2 MiB", 2 * 1024**2),
            ("max_body", "1gb", 1024**3),
            ("trusted_proxies", "10.0.0.1, fd00::/8,", ("10.0.0.1/32", "fd00::/8")),
            ("trusted_proxies", ["10.0.0.0/8"], ("10.0.0.0/8",)),
            ("trusted_proxies", "", ()),
            ("clock_start", "2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
            ("clock_start", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
            ("clock_scale", "60", 60.0),
            ("port_file", "p", Path("p")),
            ("port_file", Path("p"), Path("p")),
            ("token", "a-well.formed-token", "a-well.formed-token"),
            ("host", "::1", "::1"),
        ],
    )
    def test_accepts(self, name: str, given: object, wanted: object) -> None:
        value = getattr(Settings.from_sources({name: given}, {}), name)
        assert value == wanted
        assert type(value) is type(wanted)

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("port", "65536"),
            ("port", -1),
            ("port", 80.0),
            ("port", True),
            ("port", "http"),
            ("port", "\u0663"),
            ("port", []),
            ("window_seconds", "nan"),
            ("window_seconds", 0),
            ("window_seconds", float("inf")),
            ("faithful", "maybe"),
            ("window_kind", "tumbling"),
            ("max_body", 0),
            ("max_body", "1.5M"),
            ("max_body", True),
            ("max_body", "99999g"),
            ("trusted_proxies", "10.0.0.1/8"),
            ("trusted_proxies", "proxy.example"),
            ("trusted_proxies", 7),
            ("clock_start", "2026-03-01T08:00:00"),
            ("clock_start", "1969-12-31T23:59:59Z"),
            ("clock_start", "2101-01-01T00:00:00Z"),
            ("clock_start", "0001-01-01T00:00:00+14:00"),
            ("clock_start", "yesterday"),
            ("clock_scale", 0),
            ("port_file", "  "),
            ("port_file", 5),
            ("token", "with space"),
            ("token", "line-end\n"),
            ("token", "short"),
            ("token", 12345678),
            ("host", ""),
        ],
    )
    def test_refuses_and_says_where_what_and_what_is_wanted(self, name: str, given: object) -> None:
        setting = next(setting for setting in SETTINGS if setting.name == name)
        message = complaint({name: given})
        assert message.startswith(f"{setting.flag}: wants {setting.kind.wanted}, not ")
        assert setting.secret or (str(given).lower() if isinstance(given, bool) else repr(given)) in message

    @given(st.sampled_from(NAMES), st.text())
    def test_any_text_is_a_value_or_a_clear_no(self, name: str, text: str) -> None:
        variable = "ELKO_MOCK_" + name.upper()
        try:
            settings = Settings.from_sources({}, {variable: text})
        except SettingsProblem as problem:
            assert str(problem).startswith(f"{variable}: wants ")  # noqa: PT017 - both ways are right
        else:
            assert isinstance(hash((getattr(settings, name),)), int)

    @given(
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.lists(st.text())),
    )
    def test_any_value_of_a_file_is_a_value_or_a_clear_no(self, name: str, value: object) -> None:
        try:
            Settings.from_sources({name: value}, {})
        except SettingsProblem as problem:
            assert ": wants " in str(problem)  # noqa: PT017 - both ways are right

    @given(st.sampled_from(SETTINGS))
    def test_a_default_written_out_is_the_default(self, setting: Setting) -> None:
        if setting.default not in (None, ()):
            given_back = Settings.from_sources({}, {setting.variable: str(setting.default)})
            assert getattr(given_back, setting.name) == setting.default


class TestMessages:
    def test_a_misspelt_setting_is_named_as_its_source_would_spell_it(self, tmp_path: Path) -> None:
        assert complaint({"prot": 1}) == "--prot: there is no such setting; did you mean --port?"
        assert complaint({}, {"ELKO_MOCK_PRODUCT": "1"}) == (
            "ELKO_MOCK_PRODUCT: there is no such setting; did you mean ELKO_MOCK_PRODUCTS?"
        )
        file = written(tmp_path, "[serve]\n\nblock-second = 4\n")
        assert complaint({}, {}, file) == (
            f"{file} [serve] block-second (line 3): there is no such setting; did you mean block_seconds?"
        )

    def test_a_setting_like_no_other_points_at_the_help(self) -> None:
        assert complaint({}, {"ELKO_MOCK_XYZZY": "1"}).endswith("`elko-mock serve --help` lists what there is")

    def test_a_misspelt_word_is_guessed(self) -> None:
        assert complaint({"window_kind": "slidng"}).endswith("not 'slidng'; did you mean sliding?")

    @pytest.mark.parametrize("name", ["control_token", "token", "username", "password"])
    def test_a_secret_is_neither_shown_in_a_message_nor_in_a_repr(self, name: str) -> None:
        settings = Settings.from_sources({name: "planted-secret"}, {})
        assert getattr(settings, name) == "planted-secret"
        assert "planted-secret" not in repr(settings)
        assert "12345" not in complaint({name: 12345})

    def test_a_key_that_stands_twice_gets_no_line_rather_than_a_wrong_one(self, tmp_path: Path) -> None:
        file = written(tmp_path, "[grade]\nport = 1\n[serve]\nport = 'x'\n")
        assert complaint({}, {}, file) == f"{file} [serve] port: wants a whole number from 0 to 65535, not 'x'"

    @pytest.mark.parametrize(
        ("text", "shown"), [("2026-01-31", "2026-01-31"), ("true", "true"), ("08:00:00", "08:00:00")]
    )
    def test_a_value_is_shown_as_the_file_has_it(self, tmp_path: Path, text: str, shown: str) -> None:
        file = written(tmp_path, f"[serve]\nport = {text}\n")
        assert complaint({}, {}, file).endswith(f"wants a whole number from 0 to 65535, not {shown}")

    def test_a_file_may_begin_with_a_mark_as_some_editors_write_it(self, tmp_path: Path) -> None:
        file = written(tmp_path, "\ufeff[serve]\nport = 81\n")
        assert Settings.from_sources({}, {}, file).port == 81

    @pytest.mark.parametrize(
        ("text", "ending"),
        [
            ("port = 80\n", "port (line 1) has no meaning here; write it below a line [serve]"),
            ("[server]\n", "server (line 1) has no meaning here; did you mean [serve]?"),
            ("[xyz]\n", "xyz (line 1) has no meaning here; the tables are [serve], [grade], [verify]"),
            ("serve = 1\n", "serve (line 1) is a table; write [serve] on a line of its own"),
        ],
    )
    def test_a_file_of_the_wrong_shape(self, tmp_path: Path, text: str, ending: str) -> None:
        file = written(tmp_path, text)
        assert complaint({}, {}, file) == f"{file}: {ending}"

    def test_a_file_that_is_no_toml_says_where(self, tmp_path: Path) -> None:
        message = complaint({}, {}, written(tmp_path, "[serve]\nport = \n"))
        assert "is not TOML" in message
        assert "line 2" in message

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        assert "cannot be read: No such file" in complaint({}, {}, tmp_path / "none.toml")
        assert "cannot be read: Is a directory" in complaint({}, {}, tmp_path)
        binary = tmp_path / "binary.toml"
        binary.write_bytes(b"\xff\xfe")
        assert complaint({}, {}, binary) == f"{binary}: is not UTF-8 text"


class TestFilesNamedInTheFile:
    def test_they_stand_beside_it_wherever_the_command_runs(self, tmp_path: Path) -> None:
        file = written(
            tmp_path,
            '[serve]\ncatalog = "mine.csv"\nport-file = "/run/p"\nspec = "api/live.json"\nscenario = "odd.yaml"\n',
        )
        settings = Settings.from_sources({}, {}, file)
        assert settings.catalog == tmp_path / "mine.csv"
        assert settings.port_file == Path("/run/p")
        assert settings.spec == str(tmp_path / "api/live.json")
        assert settings.scenario == str(tmp_path / "odd.yaml")

    def test_urls_and_bundled_names_are_no_files(self, tmp_path: Path) -> None:
        file = written(tmp_path, '[serve]\nspec = "https://mock.example/swagger.json"\nscenario = "flaky"\n')
        settings = Settings.from_sources({}, {}, file)
        assert settings.spec == "https://mock.example/swagger.json"
        assert settings.scenario == "flaky"

    def test_flags_and_variables_stay_as_they_are(self) -> None:
        settings = Settings.from_sources({"catalog": "mine.csv"}, {"ELKO_MOCK_SPEC": "api/live.json"})
        assert settings.catalog == Path("mine.csv")
        assert settings.spec == "api/live.json"


class TestDescription:
    def test_every_setting_describes_itself(self) -> None:
        for setting in SETTINGS:
            assert setting.help, setting.name
            assert not setting.help.endswith("."), setting.name
            assert setting.flag == "--" + setting.name.replace("_", "-")
            assert setting.variable == "ELKO_MOCK_" + setting.name.upper()
            assert bool(setting.kind.metavar) == (setting.default not in (True, False) or setting.default == 1.0)
        assert len(set(NAMES)) == len(NAMES)

    def test_groups_stand_together(self) -> None:
        groups = [setting.group for setting in SETTINGS]
        assert len([a for a, b in pairwise(groups) if a != b]) == len(set(groups)) - 1

    def test_settings_are_frozen(self) -> None:
        with pytest.raises(FrozenInstanceError):
            Settings().port = 1  # type: ignore[misc]
        assert replace(Settings(), port=1).port == 1


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("LocalHost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("mock.example", False),
    ],
)
def test_loopback_is_known_by_address_not_by_hope(host: str, loopback: bool) -> None:
    assert replace(Settings(), host=host).loopback is loopback
