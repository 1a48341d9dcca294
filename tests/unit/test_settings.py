from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.bootstrap import open_context
from bot.bootstrap.posting import build_limiter
from bot.domain.chat import Address
from bot.domain.limits import MAIL
from bot.settings import SettingsError, read_settings
from tests.fakes import FakeClock


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "CATEGORIES",
        "DATABASE_URL",
        "DATABASE_URL_FILE",
        "RECENT_DAYS",
        "HF_URL",
        "DATA_DIR",
        "CONTACT",
        "LOG_LEVEL",
        "EXPLORE_SHARE",
        "HALF_LIFE_DAYS",
        "QUEUE",
        "OPS_PORT",
        "LOG_FORMAT",
        "DISCORD_TOKEN",
        "DISCORD_TOKEN_FILE",
        "SLACK_BOT_TOKEN",
        "SLACK_BOT_TOKEN_FILE",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_CLIENT_ID",
        "SECRET_KEY",
        "ZONE",
        "ARXIV_HOLIDAYS_FILE",
        "MAIL_PER_S",
        "WEB_PORT",
        "WEB_URL",
        "WEB_PROXIES",
        "CURATOR",
    ):
        monkeypatch.delenv(f"PAPERBOY_{name}", raising=False)


def test_the_defaults_need_no_configuration() -> None:
    settings = read_settings()
    assert settings.categories == ("cs.LG", "cs.CL", "cs.IR")
    assert settings.store_url.startswith("sqlite:///")
    assert settings.store_url.endswith("paperboy.db")


def test_categories_are_read_with_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_CATEGORIES", "math.NT, stat.ML cs.CV")
    assert read_settings().categories == ("math.NT", "stat.ML", "cs.CV")


def test_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_RECENT_DAYS=3\n")
    assert read_settings().recent_days == 3


def test_a_secret_may_lie_in_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://bot:hush@127.0.0.1/papers\n")
    monkeypatch.setenv("PAPERBOY_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert read_settings().store_url == "postgresql+psycopg://bot:hush@127.0.0.1/papers"
    monkeypatch.setenv("PAPERBOY_DATABASE_URL", "postgresql://bot:quiet@127.0.0.1/other")
    settings = read_settings()
    assert settings.store_url.endswith("/other")
    assert "quiet" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://bot@host:5433/papers", "postgresql://bot:p%40ss%2Fw%3Ard@host:5433/papers"),
        ("postgresql://bot:own@host/papers", "postgresql://bot:own@host/papers"),
        ("postgresql:///papers?host=/run", "postgresql:///papers?host=/run"),
        ("sqlite:////data/me@home.db", "sqlite:////data/me@home.db"),
    ],
)
def test_the_password_of_the_database_may_lie_in_a_file_of_its_own(
    url: str, whole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("p@ss/w:rd\n")
    monkeypatch.setenv("PAPERBOY_DATABASE_URL", url)
    monkeypatch.setenv("PAPERBOY_DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    assert read_settings().store_url == whole


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RECENT_DAYS", "many", "PAPERBOY_RECENT_DAYS: Input should be a valid integer"),
        ("RECENT_DAYS", "0", "PAPERBOY_RECENT_DAYS: Input should be greater than or equal to 1"),
        ("HF_URL", "ftp://example.org", "PAPERBOY_HF_URL: must be an http:// or https:// address"),
        ("QUEUE", "redis", "PAPERBOY_QUEUE: must be one of auto, inprocess, procrastinate"),
        ("LOG_FORMAT", "xml", "PAPERBOY_LOG_FORMAT: must be one of auto, json, pretty"),
        ("OPS_PORT", "70000", "PAPERBOY_OPS_PORT: Input should be less than or equal to 65535"),
        ("CATEGORIES", "", "PAPERBOY_CATEGORIES: names no category"),
        ("CATEGORIES", " , ", "PAPERBOY_CATEGORIES: names no category"),
        ("CATEGORIES", "!!", "PAPERBOY_CATEGORIES: '!!' is no category of arXiv"),
        ("CATEGORIES", "cs.LG,cs.XX", "PAPERBOY_CATEGORIES: 'cs.XX' is no category of arXiv"),
        ("CONTACT", "me@example.org\r\nX-Evil: 1", "PAPERBOY_CONTACT: must be one line"),
        ("CONTACT", "a\x1b[31m", "PAPERBOY_CONTACT: must be one line"),
        ("CONTACT", "a" * 201, "PAPERBOY_CONTACT: must be one line"),
        ("EXPLORE_SHARE", "0.5", "PAPERBOY_EXPLORE_SHARE: Input should be less than or equal to 0.2"),
        ("HALF_LIFE_DAYS", "0", "PAPERBOY_HALF_LIFE_DAYS: Input should be greater than 0"),
        ("HALF_LIFE_DAYS", "nan", "PAPERBOY_HALF_LIFE_DAYS: Input should be greater than 0"),
        ("LOG_LEVEL", "loud", "PAPERBOY_LOG_LEVEL: must be one of DEBUG, INFO, WARNING, ERROR"),
        ("ZONE", "Berln", "PAPERBOY_ZONE: 'Berln' is no time zone; write an IANA name such as Europe/Berlin"),
        ("ZONE", "nowhere", "PAPERBOY_ZONE: 'nowhere' is no time zone"),
        ("ARXIV_HOLIDAYS_FILE", "/no/such/file", "PAPERBOY_ARXIV_HOLIDAYS_FILE: /no/such/file cannot be read: No such"),
        (
            "OPERATOR_ADDRESS",
            "ops",
            "PAPERBOY_OPERATOR_ADDRESS: must be platform:channel or platform:workspace:channel",
        ),
        ("WEB_PORT", "8o80", "PAPERBOY_WEB_PORT: Input should be a valid integer"),
        ("WEB_PORT", "70000", "PAPERBOY_WEB_PORT: Input should be less than or equal to 65535"),
        ("WEB_URL", "papers.example.org", "PAPERBOY_WEB_URL: must be an http:// or https:// address without a path"),
        ("WEB_URL", "https://example.org/papers", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "javascript:alert(1)", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://ada:secret@example.org", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://ada@example.org", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://example.org:99999", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://example.org:0", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://example.org#top", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://papers example.org", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_URL", "https://[::1", "PAPERBOY_WEB_URL: must be an http:// or https:// address"),
        ("WEB_HOST", "papers..local", "PAPERBOY_WEB_HOST: must be a name or an address of this machine"),
        ("WEB_PROXIES", "10.0.0.0/8 proxy", "PAPERBOY_WEB_PROXIES: 'proxy' is no address or network in digits"),
        ("WEB_HSTS_DAYS", "-1", "PAPERBOY_WEB_HSTS_DAYS: Input should be greater than or equal to 0"),
        ("CURATOR", "a" * 101, "PAPERBOY_CURATOR: String should have at most 100 characters"),
        ("MAIL_PER_S", "0", "PAPERBOY_MAIL_PER_S: Input should be greater than or equal to 0.5"),
        ("ALERT_HOURS", "0", "PAPERBOY_ALERT_HOURS: Input should be greater than or equal to 1"),
        ("DATABASE_URL_FILE", "/no/such/file", "PAPERBOY_DATABASE_URL_FILE: there is no file"),
    ],
)
def test_a_wrong_setting_is_one_line_naming_the_variable(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PAPERBOY_{name}", value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_categories_are_kept_as_arxiv_writes_them_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_CATEGORIES", "CS.lg,math-ph,cs.LG,stat,physics.Soc-Ph")
    assert read_settings().categories == ("cs.LG", "math-ph", "stat", "physics.soc-ph")


def test_the_operator_is_told_where_the_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().operator is None
    monkeypatch.setenv("PAPERBOY_OPERATOR_ADDRESS", "slack:T0123:C0456")
    assert read_settings().operator == Address("slack", "C0456", "T0123")


@pytest.mark.parametrize("value", ["", "  "])
def test_a_data_folder_set_to_nothing_is_the_default_one(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default = read_settings().data_dir
    monkeypatch.setenv("PAPERBOY_DATA_DIR", value)
    assert read_settings().data_dir == default
    assert default.is_absolute()


def test_log_levels_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_LOG_LEVEL", "debug")
    assert read_settings().log_level == "DEBUG"


async def test_how_fast_likes_fade_and_how_much_is_explored_reach_the_ranking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_HALF_LIFE_DAYS", "inf")
    monkeypatch.setenv("PAPERBOY_EXPLORE_SHARE", "0")
    async with open_context(read_settings(data_dir=tmp_path)) as context:
        assert (context.ranking.half_life_days, context.ranking.explore_share) == (float("inf"), 0)


@pytest.mark.parametrize(("value", "wait_s"), [(None, 0.5), ("4", 0.25)])
async def test_the_mails_of_a_second_are_those_of_the_setting(
    value: str | None, wait_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value:
        monkeypatch.setenv("PAPERBOY_MAIL_PER_S", value)
    settings = read_settings(data_dir=tmp_path)
    async with open_context(settings) as context:
        limiter = build_limiter(settings, replace(context, clock=FakeClock()))
        waited = [await limiter.wait("mail") for _ in range(MAIL.burst + 1)]
    assert waited == [0.0] * MAIL.burst + [wait_s]


async def test_the_zone_is_the_set_one_whatever_its_case_and_else_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    async with open_context(read_settings(data_dir=tmp_path)) as context:
        assert context.zone == "America/New_York"
    monkeypatch.setenv("PAPERBOY_ZONE", "europe/berlin")
    async with open_context(read_settings(data_dir=tmp_path)) as context:
        assert context.zone == "Europe/Berlin"


async def test_the_operators_holidays_are_added_to_those_that_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "holidays").write_text("2027-01-18 Martin Luther King\n")
    monkeypatch.setenv("PAPERBOY_ARXIV_HOLIDAYS_FILE", "")
    async with open_context(read_settings(data_dir=tmp_path)) as context:
        assert not context.sources.calendar.is_known(2027)
    monkeypatch.setenv("PAPERBOY_ARXIV_HOLIDAYS_FILE", str(tmp_path / "holidays"))
    async with open_context(read_settings(data_dir=tmp_path)) as context:
        assert not context.sources.calendar.announces_on(date(2027, 1, 18))
        assert not context.sources.calendar.announces_on(date(2026, 11, 26))


@pytest.mark.parametrize(
    ("data", "says"), [(b"2026-12-25\nsoon\n", "line 2: 'soon' is no date"), (b"\xff\xfe\x00", "is no text in UTF-8")]
)
def test_a_broken_file_of_holidays_is_one_line_naming_the_variable(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "holidays").write_bytes(data)
    with pytest.raises(SettingsError, match=f"PAPERBOY_ARXIV_HOLIDAYS_FILE: .*{says}"):
        read_settings(arxiv_holidays_file=tmp_path / "holidays")


def test_the_queue_is_in_the_database_where_that_is_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read_settings().queue_in_database
    monkeypatch.setenv("PAPERBOY_DATABASE_URL", "postgresql://bot@127.0.0.1/papers")
    assert read_settings().queue_in_database
    monkeypatch.setenv("PAPERBOY_QUEUE", "InProcess")
    assert not read_settings().queue_in_database
    monkeypatch.setenv("PAPERBOY_QUEUE", "procrastinate")
    assert read_settings().queue_in_database


def test_a_queue_in_postgresql_needs_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_QUEUE", "procrastinate")
    with pytest.raises(SettingsError, match=r"^PAPERBOY_QUEUE: .*PAPERBOY_DATABASE_URL"):
        read_settings()


def test_chats_are_those_whose_tokens_are_set_themselves_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings().chat_tokens == {}
    (tmp_path / "token").write_text("xoxb-hush\n")
    monkeypatch.setenv("PAPERBOY_SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("PAPERBOY_DISCORD_TOKEN", "quiet")
    settings = read_settings()
    assert settings.chat_tokens == {"discord": "quiet", "slack": "xoxb-hush"}
    assert "quiet" not in repr(settings)


def test_a_variable_that_is_set_to_nothing_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DISCORD_TOKEN", "SLACK_BOT_TOKEN_FILE", "OPS_PORT"):
        monkeypatch.setenv(f"PAPERBOY_{name}", "")
    (tmp_path / "url").write_text("postgresql://bot@127.0.0.1/papers")
    monkeypatch.setenv("PAPERBOY_DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = read_settings()
    assert (settings.chat_tokens, settings.ops_port, settings.on_postgresql) == ({}, 0, True)


@pytest.mark.parametrize(("typed", "shards"), [("1", 1), ("16", 16), ("AUTO", None)])
def test_shards_are_a_number_or_as_many_as_discord_advises(
    typed: str, shards: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_SHARDS", typed)
    assert read_settings().discord_shard_count == shards


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_SHARDS", "0"),
        ("DISCORD_SHARDS", "many"),
        ("DISCORD_SHARDS", "²"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example"),
        ("DISCORD_API_URL", "discord.com/api/v10"),
    ],
)
def test_where_and_how_discord_is_reached_is_checked(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PAPERBOY_{name}", value)
    with pytest.raises(SettingsError, match=f"^PAPERBOY_{name}: must be"):
        read_settings()


@pytest.mark.parametrize(
    ("value", "port"), [(None, None), ("", None), ("off", 0), (" OFF ", 0), ("0", 0), ("8081", 8081)]
)
def test_the_page_has_a_port_unless_it_is_off(
    value: str | None, port: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("PAPERBOY_WEB_PORT", value)
    assert read_settings().web_port == port


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "https://bücher.example", "https://[2001:db8::1]:8443", "HTTPS://Papers.test"]
)
def test_the_page_may_be_reached_by_any_name_address_or_port(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_WEB_URL", address)
    assert read_settings().web_url == address


def test_the_settings_of_the_page_are_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_WEB_URL", " https://papers.example.org/ ")
    monkeypatch.setenv("PAPERBOY_WEB_PROXIES", "127.0.0.1, 172.16.0.0/12")
    monkeypatch.setenv("PAPERBOY_CURATOR", "Ada\t\u202eLovelace ")
    settings = read_settings()
    assert settings.web_url == "https://papers.example.org"
    assert settings.web_proxies == ("127.0.0.1", "172.16.0.0/12")
    assert settings.curator == "Ada Lovelace"
