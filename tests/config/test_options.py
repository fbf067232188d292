"""Options: what they take, how wrong ones are told, and their page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import options_page
from wingbeat.config.options import OPTIONS, WrongOption, read_options

DOCS = Path(__file__).resolve().parents[2] / "docs" / "run"
WRONG = {
    "WINGBEAT_UNDO_SECONDS": ("soon", "use a whole number, 0 or more"),
    "WINGBEAT_THREADS": ("0", "use a whole number from 1 to 64"),
    "WINGBEAT_DEBUG": ("maybe", "use yes or no"),
    "WINGBEAT_LANGUAGE": ("fr", "use one of en, de, hu, ru"),
    "WINGBEAT_ZONE": ("Mars/Olympus", "use an IANA name such as UTC or Europe/Budapest"),
    "WINGBEAT_ADDRESS": ("desk.example.org", "use something like https://desk.example.org"),
    "WINGBEAT_SMTP_LISTEN": ("2525", "use host:port, such as 127.0.0.1:2525"),
    "WINGBEAT_TRUSTED_PROXIES": ("nginx", "use IP addresses or networks, such as 127.0.0.1"),
}


def test_without_any_variable_every_option_has_its_default() -> None:
    values = read_options({})
    assert values.keys() == {option.name for option in OPTIONS}
    assert (values["undo_seconds"], values["debug"], values["hosts"]) == (15, False, ())
    assert values["home"] == Path("wingbeat-home").absolute()


def test_values_are_read_from_the_environment() -> None:
    values = read_options(
        {
            "WINGBEAT_HOSTS": "desk.lan, help.lan",
            "WINGBEAT_SHADOW": "yes",
            "WINGBEAT_ADDRESS": "https://desk.example.org/",
            "WINGBEAT_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
            "PATH": "/bin",
        }
    )
    assert values["hosts"] == ("desk.lan", "help.lan")
    assert values["shadow"] is True
    assert values["address"] == "https://desk.example.org"
    assert values["trusted_proxies"] == ("127.0.0.1", "10.0.0.0/8")


@pytest.mark.parametrize("variable", WRONG)
def test_a_wrong_value_is_told_with_the_legal_ones(variable: str) -> None:
    value, legal = WRONG[variable]
    with pytest.raises(WrongOption) as told:
        read_options({variable: value})
    assert str(told.value).startswith(f"{variable} is {value!r}: {legal}")


def test_every_wrong_value_and_unknown_name_is_told_at_once() -> None:
    wrong = {variable: value for variable, (value, _legal) in WRONG.items()}
    with pytest.raises(WrongOption) as told:
        read_options({**wrong, "WINGBEAT_UNDO_SECOND": "15"})
    lines = str(told.value).splitlines()
    assert len(lines) == len(WRONG) + 1
    assert lines[-1] == "WINGBEAT_UNDO_SECOND is not an option of this desk."


def test_names_are_there_once() -> None:
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)


def test_the_page_and_the_sample_file_are_those_of_the_table() -> None:
    how = "run `just docs`"
    assert (DOCS / "options.md").read_text() == options_page.page(), how
    assert (DOCS / "options.env").read_text() == options_page.sample(), how


def test_the_sample_file_holds_what_the_table_says() -> None:
    lines = (DOCS / "options.env").read_text().splitlines()
    given = dict(line[1:].split("=", 1) for line in lines if line.startswith("#WINGBEAT_"))
    assert read_options(given) == read_options({})
