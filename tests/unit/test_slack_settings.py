"""What has to be set for Slack: one clear line for what is wrong or missing."""

from pathlib import Path

import pytest

from bot.bootstrap.slack import way_to_slack
from bot.settings import SettingsError, read_settings

BOT, APP = {"slack_bot_token": "xoxb-hush"}, {"slack_app_token": "xapp-hush"}
SIGNED = {"slack_signing_secret": "hush"}


MANY = {"slack_client_id": "1.2", "slack_client_secret": "hush", **SIGNED, "secret_key": "hush" * 8}


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({**BOT, **APP}, "over a socket"),
        ({**BOT, **APP, **SIGNED}, "over a socket"),
        ({**BOT, **SIGNED}, "Slack calls 127.0.0.1:3000, from one"),
        (MANY, "Slack calls 127.0.0.1:3000, from every"),
        ({**BOT, **SIGNED, "slack_port": 3001, "slack_host": "0.0.0.0"}, "Slack calls 0.0.0.0:3001"),
    ],
)
def test_slack_is_reached_in_the_way_that_is_set_up(given: dict[str, object], way: str) -> None:
    settings = read_settings(**given)
    assert settings.platforms == ["slack"]
    assert way_to_slack(settings).startswith(way)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (APP, r"PAPERBOY_SLACK_BOT_TOKEN is missing: .*xoxb-"),
        (SIGNED, r"PAPERBOY_SLACK_BOT_TOKEN is missing"),
        (BOT, r"PAPERBOY_SLACK_APP_TOKEN is missing: .*connections:write; or set PAPERBOY_SLACK_SIGNING_SECRET"),
        ({**MANY, "slack_client_secret": ""}, r"PAPERBOY_SLACK_CLIENT_SECRET is missing"),
        ({**MANY, "slack_signing_secret": ""}, r"PAPERBOY_SLACK_SIGNING_SECRET is missing"),
        ({**MANY, "secret_key": "hush"}, r"PAPERBOY_SECRET_KEY: .*openssl rand"),
        ({**MANY, "secret_key": ""}, r"PAPERBOY_SECRET_KEY is missing: .*openssl rand"),
        ({**MANY, **BOT}, r"PAPERBOY_SLACK_BOT_TOKEN: .*PAPERBOY_SLACK_CLIENT_ID"),
        ({**MANY, **APP}, r"PAPERBOY_SLACK_APP_TOKEN: .*PAPERBOY_SLACK_CLIENT_ID"),
        ({"slack_bot_token": "xapp-mixed", **APP}, r"PAPERBOY_SLACK_BOT_TOKEN: .*xoxb-.*Install App"),
        ({**BOT, "slack_app_token": "xoxb-mixed"}, r"PAPERBOY_SLACK_APP_TOKEN: .*xapp-.*Basic Information"),
    ],
)
def test_what_does_not_do_is_one_line_that_names_the_variable(given: dict[str, object], line: str) -> None:
    with pytest.raises(SettingsError, match=f"^{line}") as failed:
        way_to_slack(read_settings(**given))
    assert "\n" not in str(failed.value)
    assert "hush" not in str(failed.value)
    assert "mixed" not in str(failed.value)


def test_secrets_of_slack_may_lie_in_files_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("xoxb-quiet\n")
    (tmp_path / "app").write_text("xapp-quiet\n")
    settings = read_settings(slack_bot_token_file=tmp_path / "bot", slack_app_token_file=tmp_path / "app")
    assert (settings.slack.bot_token, settings.slack.app_token) == ("xoxb-quiet", "xapp-quiet")
    assert "quiet" not in repr(settings)


def test_a_file_that_is_empty_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("")
    assert read_settings(slack_bot_token_file=tmp_path / "bot").platforms == []
