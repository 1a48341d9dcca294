"""Settings from the environment (`PAPERBOY_...`) and `.env`, read once by the program and passed on as plain values."""

import re
from datetime import date
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import quote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.alert import parse_address
from bot.domain.arxiv_calendar import read_holidays
from bot.domain.category import normalise_category
from bot.domain.chat import Address
from bot.domain.limits import MAIL, PAGES
from bot.domain.mail_address import parse_mail_address
from bot.domain.plain_text import clean_line
from bot.domain.zone_words import UnknownZoneError, parse_zone
from bot.ranking.parameters import RankingSettings

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("auto", "json", "pretty")
QUEUES = ("auto", "inprocess", "procrastinate")
MAX_CONTACT = 200
MAX_SHARDS = 1024
MAX_NAME = 60
MIN_KEY = 32
MAX_CURATOR = 100

_RANKING = RankingSettings()
_ONE_SENDER = "must be one mail address, such as 'Paperboy <papers@example.org>'"
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name in IDNA's ASCII form, or an IPv6 address."""


class SlackSecrets(NamedTuple):
    """How an app of Slack's is let in; empty where not set."""

    bot_token: str
    app_token: str
    signing_secret: str
    client_id: str
    client_secret: str


class SettingsError(Exception):
    """A setting is wrong or missing; the text names the variable and says what it takes."""


def _default_data_dir() -> Path:
    return user_data_path("paperboy", appauthor=False)


class Settings(BaseSettings):
    """Every setting with its default. URLs are bases, so that any source can be pointed at another peer."""

    model_config = SettingsConfigDict(env_prefix="PAPERBOY_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default_factory=_default_data_dir)
    database_url: SecretStr | None = None
    database_url_file: Path | None = None
    database_password_file: Path | None = None
    categories: Annotated[tuple[str, ...], NoDecode] = ("cs.LG", "cs.CL", "cs.IR")
    recent_days: int = Field(default=14, ge=1, le=60)
    fresh_days: int = Field(default=7, ge=1, le=365)
    scorer_threads: int = Field(default=1, ge=1, le=64)
    poll_hours: float = Field(default=6.0, ge=0.25, le=168)
    offline_after_s: float = Field(default=3.0, gt=0, le=60)
    arxiv_feed_url: str = "https://rss.arxiv.org"
    arxiv_api_url: str = "https://export.arxiv.org/api/query"
    arxiv_oai_url: str = "https://oaipmh.arxiv.org/oai"
    hf_url: str = "https://huggingface.co"
    arxiv_interval_s: float = Field(default=3.0, ge=0)
    arxiv_holidays_file: Path | None = None
    zone: str = ""
    contact: str = ""
    operator_address: str = ""
    alert_hours: float = Field(default=12.0, ge=1, le=168)
    log_level: str = "WARNING"
    log_format: str = "auto"
    queue: str = "auto"
    workers: int = Field(default=2, ge=0, le=64)
    senders: int = Field(default=2, ge=0, le=64)
    lease_s: float = Field(default=180.0, ge=5, le=3600)
    mail_per_s: float = Field(default=MAIL.per_second, ge=0.5, le=1000)
    mail_per_connection: int = Field(default=100, ge=1, le=10_000)
    mail_from: str = ""
    smtp_url: SecretStr | None = None
    smtp_url_file: Path | None = None
    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    ops_port: int = Field(default=0, ge=0, le=65535)
    ops_host: str = "127.0.0.1"
    web_port: int | None = Field(default=None, ge=0, le=65535)
    web_host: str = "127.0.0.1"
    web_url: str = ""
    web_proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    web_hsts_days: int = Field(default=180, ge=0, le=3650)
    web_submit: bool = True
    web_per_s: float = Field(default=PAGES.per_second, ge=0.1, le=10_000)
    curator: str = Field(default="", max_length=MAX_CURATOR)
    discord_token: SecretStr | None = None
    discord_token_file: Path | None = None
    discord_api_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str = "wss://gateway.discord.gg"
    discord_cdn_url: str = "https://cdn.discordapp.com"
    discord_shards: str = "1"
    discord_link_cards: bool = False
    slack_bot_token: SecretStr | None = None
    slack_bot_token_file: Path | None = None
    slack_app_token: SecretStr | None = None
    slack_app_token_file: Path | None = None
    slack_signing_secret: SecretStr | None = None
    slack_signing_secret_file: Path | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_client_secret_file: Path | None = None
    slack_link_cards: bool = False
    slack_api_url: str = "https://slack.com/api"
    slack_port: int = Field(default=3000, ge=1, le=65535)
    slack_host: str = "127.0.0.1"
    half_life_days: float = Field(default=_RANKING.half_life_days, gt=0)
    explore_share: float = Field(default=_RANKING.explore_share, ge=0, le=0.2)

    @field_validator("categories", "web_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("categories")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(dict.fromkeys(map(normalise_category, value)))
        if not known:
            raise ValueError("names no category; write some of arXiv's, such as cs.LG,cs.CL")
        if "" in known:
            wrong = next(name for name in value if not normalise_category(name))
            raise ValueError(f"{wrong[:40]!a} is no category of arXiv; write some such as cs.LG,cs.CL")
        return known

    @field_validator("data_dir", mode="before")
    @classmethod
    def _somewhere(cls, value: object) -> object:
        """Set to nothing is as good as not set: an empty path would be the folder the program happens to start in."""
        return _default_data_dir() if isinstance(value, str) and not value.strip() else value

    @field_validator("contact")
    @classmethod
    def _printable(cls, value: str) -> str:
        value = value.strip()
        if not (value.isascii() and value.isprintable() and len(value) <= MAX_CONTACT):
            raise ValueError(f"must be one line of at most {MAX_CONTACT} ASCII characters: an address of mail or web")
        return value

    @field_validator("operator_address")
    @classmethod
    def _somewhere_to_tell(cls, value: str) -> str:
        if value.strip() and parse_address(value) is None:
            raise ValueError("must be platform:channel or platform:workspace:channel, such as slack:T0123:C0456")
        return value.strip()

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("log_format", "queue")
    @classmethod
    def _one_of(cls, value: str, info: ValidationInfo) -> str:
        known = LOG_FORMATS if info.field_name == "log_format" else QUEUES
        if value.lower() not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value.lower()

    @field_validator("ops_port", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        return 0 if isinstance(value, str) and not value.strip() else value

    @field_validator("web_port", mode="before")
    @classmethod
    def _page_off(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return {"": None, "off": 0}.get(value.strip().lower(), value)

    @field_validator("web_url")
    @classmethod
    def _page_address(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        if value and not _is_origin(value):
            raise ValueError(
                "must be an http:// or https:// address without a path, such as https://papers.example.org: no user, "
                "and a port of 1 to 65535 if any"
            )
        return value

    @field_validator("ops_host", "web_host", "slack_host")
    @classmethod
    def _a_host(cls, value: str) -> str:
        try:
            value.encode("idna")
        except UnicodeError:
            raise ValueError("must be a name or an address of this machine, such as 127.0.0.1") from None
        return value

    @field_validator("web_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError:
                raise ValueError(f"{each[:40]!a} is no address or network in digits, such as 172.16.0.0/12") from None
        return value

    @field_validator("curator")
    @classmethod
    def _curator(cls, value: str) -> str:
        return clean_line(value)

    @field_validator(
        "arxiv_holidays_file",
        "database_url",
        "database_url_file",
        "database_password_file",
        "discord_token",
        "discord_token_file",
        "slack_bot_token",
        "slack_bot_token_file",
        "slack_app_token",
        "slack_app_token_file",
        "slack_signing_secret",
        "slack_signing_secret_file",
        "slack_client_secret",
        "slack_client_secret_file",
        "smtp_url",
        "smtp_url_file",
        "secret_key",
        "secret_key_file",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        """A compose file passes on variables that nobody set as empty ones."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("discord_gateway_url")
    @classmethod
    def _socket_address(cls, value: str) -> str:
        if not value.startswith(("ws://", "wss://")):
            raise ValueError("must be a ws:// or wss:// address")
        return value.rstrip("/")

    @field_validator("discord_shards")
    @classmethod
    def _shards(cls, value: str) -> str:
        value = value.strip().lower()
        if value != "auto" and not (value.isascii() and value.isdigit() and 1 <= int(value) <= MAX_SHARDS):
            raise ValueError(f"must be a number of connections from 1 to {MAX_SHARDS}, or auto: as Discord advises")
        return value

    @field_validator(
        "arxiv_feed_url",
        "arxiv_api_url",
        "arxiv_oai_url",
        "hf_url",
        "discord_api_url",
        "discord_cdn_url",
        "slack_api_url",
    )
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must be an http:// or https:// address")
        return value.rstrip("/")

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return parse_zone(value) if value.strip() else ""
        except UnknownZoneError as error:
            near = " or ".join(error.suggestions) or "Europe/Berlin"
            raise ValueError(f"{value[:40]!a} is no time zone; write an IANA name such as {near}") from None

    @field_validator("arxiv_holidays_file")
    @classmethod
    def _holidays(cls, value: Path | None) -> Path | None:
        if value is not None:
            _read_holidays(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _a_sender(cls, value: str) -> str:
        value = value.strip()
        if not value:
            return value
        named = getaddresses([value])
        if len(named) != 1 or not value.isprintable():
            raise ValueError(_ONE_SENDER)
        name, address = named[0]
        if parse_mail_address(address) is None or len(name) > MAX_NAME:
            raise ValueError(_ONE_SENDER)
        return value

    @field_validator(
        "database_url_file",
        "database_password_file",
        "discord_token_file",
        "slack_bot_token_file",
        "slack_app_token_file",
        "slack_signing_secret_file",
        "slack_client_secret_file",
        "smtp_url_file",
        "secret_key_file",
    )
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @model_validator(mode="after")
    def _key_is_long(self) -> "Settings":
        if 0 < len(self.key) < MIN_KEY:
            raise ValueError(
                f"PAPERBOY_SECRET_KEY: must be a random text of {MIN_KEY} characters or more; `openssl rand -hex 32` "
                "makes one"
            )
        return self

    @model_validator(mode="after")
    def _queue_has_a_place(self) -> "Settings":
        if self.queue == "procrastinate" and not self.on_postgresql:
            raise ValueError("PAPERBOY_QUEUE: procrastinate works in PostgreSQL: set PAPERBOY_DATABASE_URL too")
        return self

    @property
    def arxiv_holidays(self) -> frozenset[date]:
        """What the operator's file adds to the holidays that are known."""
        return _read_holidays(self.arxiv_holidays_file) if self.arxiv_holidays_file else frozenset()

    @property
    def operator(self) -> Address | None:
        """Where the operator is told of troubles."""
        return parse_address(self.operator_address)

    @property
    def store_url(self) -> str:
        url = _secret(self.database_url, self.database_url_file) or f"sqlite:///{self.data_dir / 'paperboy.db'}"
        return _with_password(url, _secret(None, self.database_password_file))

    @property
    def on_postgresql(self) -> bool:
        return self.store_url.startswith("postgres")

    @property
    def queue_in_database(self) -> bool:
        """Whether jobs wait in PostgreSQL, for workers on any machine, rather than in this process."""
        return self.queue == "procrastinate" or (self.queue == "auto" and self.on_postgresql)

    @property
    def discord_shard_count(self) -> int | None:
        """How many gateway connections; None for as many as Discord advises."""
        return None if self.discord_shards == "auto" else int(self.discord_shards)

    @property
    def slack(self) -> SlackSecrets:
        return SlackSecrets(
            _secret(self.slack_bot_token, self.slack_bot_token_file),
            _secret(self.slack_app_token, self.slack_app_token_file),
            _secret(self.slack_signing_secret, self.slack_signing_secret_file),
            self.slack_client_id.strip(),
            _secret(self.slack_client_secret, self.slack_client_secret_file),
        )

    @property
    def smtp(self) -> str:
        """The URL of the mail server, empty where mails go into a folder."""
        return _secret(self.smtp_url, self.smtp_url_file)

    @property
    def key(self) -> str:
        """What this installation encrypts and signs with, empty where there is none."""
        return _secret(self.secret_key, self.secret_key_file)

    @property
    def platforms(self) -> list[str]:
        """The chats for which anything is set."""
        return [*(["discord"] if "discord" in self.chat_tokens else []), *(["slack"] if any(self.slack) else [])]

    @property
    def chat_tokens(self) -> dict[str, str]:
        """The platforms that have a token: platform -> token."""
        tokens = {
            "discord": _secret(self.discord_token, self.discord_token_file),
            "slack": self.slack.bot_token,
        }
        return {platform: token for platform, token in tokens.items() if token}


def _secret(value: SecretStr | None, file: Path | None) -> str:
    """What was set, itself or in a file; empty if neither."""
    if value is not None:
        return value.get_secret_value().strip()
    return file.read_text().strip() if file is not None else ""


def _is_origin(address: str) -> bool:
    """Whether it is a scheme, a host and perhaps a port, and nothing besides."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        return False
    is_bare = address.lower() == f"{parts.scheme}://{parts.netloc}".lower() and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and port != 0 and is_bare and _HOST.fullmatch(host) is not None


def _with_password(url: str, password: str) -> str:
    """The URL of a server with the password of its user, unless it names one itself."""
    head, at, place = url.rpartition("@")
    scheme, _, user = head.partition("://")
    if not password or not at or not user or ":" in user or "/" in user:
        return url
    return f"{scheme}://{user}:{quote(password, safe='')}@{place}"


def _read_holidays(path: Path) -> frozenset[date]:
    """Raises ValueError where the file is not there or a line is no date."""
    try:
        return read_holidays(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8") from None


def read_settings(**overrides: object) -> Settings:
    """The settings; raises SettingsError with one line that names the variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        name = "".join(f"PAPERBOY_{piece}".upper() + ": " for piece in first["loc"][:1])
        raise SettingsError(name + reason) from None
