"""Where the data files are."""

import pytest

from elko_mock.contract.location import LEDGER, VENDORED_DOCUMENT, data_file


@pytest.mark.parametrize("name", [VENDORED_DOCUMENT, LEDGER])
def test_files_are_found(name: str) -> None:
    assert data_file(name).read_bytes()


def test_folders_are_found() -> None:
    assert data_file("openapi").joinpath("elko-v3.0.yaml").is_file()


def test_what_is_missing_is_said() -> None:
    with pytest.raises(FileNotFoundError, match=r"openapi/none\.yaml of elko-mock is missing"):
        data_file("openapi/none.yaml")
