"""The pytest plugin, as another project's tests use it."""

import pytest

pytest_plugins = ["pytester"]

_ASK = """
import json, urllib.error, urllib.request

def ask(world, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(world.base_url + path, data=data, headers=world.headers)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, None
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(asking=_ASK)
    pytester.makeini("[pytest]\npythonpath = .\naddopts = --strict-markers")
    return pytester


def test_each_test_has_a_world_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from asking import ask

        @pytest.mark.parametrize("turn", range(4))
        def test_the_last_piece_is_there_for_everybody(elko, turn):
            order = {"lines": [{"elkoCode": 9000004, "quantity": 1}], "orderIfAllAvailable": True}
            assert ask(elko, "/Orders", order)[0] == 200
            assert ask(elko, "/Orders", order)[0] == 400
            assert elko.journal.count() == 2
            assert [one.status for one in elko.journal] == [200, 400]

        @pytest.mark.elko(scenario="rate-limited", clock={"frozen": True})
        def test_a_marked_one(elko):
            while ask(elko, "/Catalog/Vendors")[0] == 200:
                pass
            elko.clock.advance(60)
            assert ask(elko, "/Catalog/Vendors")[0] == 200

        @pytest.mark.elko(products=25, faults=[{"operation": "getVendors", "respond": 404}])
        def test_products_and_faults(elko):
            assert ask(elko, "/Catalog/Vendors")[0] == 404
            elko.faults.clear()
            assert ask(elko, "/Catalog/Vendors")[0] == 200
            assert elko.faults.list() == []

        def test_a_client_program_s_settings(elko):
            assert elko.environment["ELKO_BASE_URL"].endswith("/v3.0/api")
            assert elko.environment["ELKO_TOKEN"] == elko.token

        def test_the_token_is_replaced_behind_the_client_s_back(elko):
            former = dict(elko.headers)
            elko.replace_token()
            assert elko.headers != former
            assert ask(elko, "/Orders")[0] == 200
        """
    )
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=8)


def test_it_works_under_xdist(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from asking import ask

        @pytest.mark.parametrize("turn", range(12))
        def test_alone(elko, turn):
            assert ask(elko, "/Orders", {"lines": [{"elkoCode": 9000004, "quantity": 1}]})[0] == 200
            assert len(ask(elko, "/Orders")[1]) == 1
        """
    )
    project.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider").assert_outcomes(passed=12)


def test_a_failed_test_shows_its_journal_and_no_token(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import urllib.request
        from asking import ask

        def test_it_fails(elko):
            ask(elko, "/Orders", {"lines": [{"elkoCode": "x", "quantity": 1}]})
            ask(elko, "/Catalog/Prodcts")
            assert False
        """
    )
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*elko-mock journal of world w1*",
            "*2 exchanges, the latest:*",
            "*1  POST   /v3.0/api/Orders  ->  400  validation*",
            "*body/lines/0/elkoCode: *",
            "*GET    /v3.0/api/Catalog/Prodcts  ->  404  route*",
            "*did you mean GET /v3.0/api/Catalog/Products?*",
        ]
    )
    assert "eyJ" not in result.stdout.str()


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ("'flaky'", "takes named arguments"),
        ("scenari='flaky'", "does not know scenari"),
        ("scenario='no-such'", "no-such"),
        ("faults=[{'respnd': 404}]", "did you mean 'respond'"),
    ],
)
def test_a_marker_that_makes_no_sense_is_an_error_that_says_why(
    project: pytest.Pytester, marker: str, says: str
) -> None:
    project.makepyfile(f"import pytest\n\n@pytest.mark.elko({marker})\ndef test_it(elko):\n    pass\n")
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    assert says in result.stdout.str()


def test_a_project_that_does_not_use_it_pays_nothing(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_nothing_of_the_mock_is_imported():
            assert "elko_mock.server" not in sys.modules
            assert "connexion" not in sys.modules
        """
    )
    project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(passed=1)
