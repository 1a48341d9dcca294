"""The page on Slack says what the program says, and its manifest asks for exactly what the program uses."""

import re

import yaml

from adapters.chat.commands import FOR_CHANNEL, name_in
from adapters.slack import errors
from adapters.slack.http import EVENTS
from adapters.slack.installing import INSTALL, REDIRECT
from adapters.slack.linking import LINKS
from adapters.slack.manifest import BOT_EVENTS, CHANNEL_EVENTS, SCOPES, UNINSTALL_EVENTS, manifest
from adapters.slack.speaking import said_for
from bot.commands import COMMANDS
from bot.evaluation.fake_slack import KIND_SCOPES, METHOD_SCOPES
from bot.evaluation.fake_slack_people import EVENT_SCOPES
from bot.settings import Settings
from tests.containers import ROOT

PAGE = (ROOT / "docs" / "slack.md").read_text("utf-8")
CODE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "adapters" / "slack").glob("*.py")))
COMPOSE = "docker-compose.slack.yml"
SETTINGS = {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
UPLOAD = ["files.getUploadURLExternal", "files.completeUploadExternal"]


def methods() -> list[str]:
    """The methods of the Web API that the adapter calls."""
    called = set(re.findall(r"client\.([a-z]+_[A-Za-z_0-9]+)\(", CODE)) - {"files_upload_v2"}
    assert len(called) > 10
    return [*(name.replace("_", ".", 1) for name in sorted(called)), *UPLOAD]


def scopes_of(method: str) -> set[str]:
    """History is read wherever something was sent; only channels are asked who is in them."""
    if method in KIND_SCOPES:
        kinds = ("channels", "groups", "im") if KIND_SCOPES[method] == "history" else ("channels", "groups")
        return {f"{kind}:{KIND_SCOPES[method]}" for kind in kinds}
    return {METHOD_SCOPES[method]} if method in METHOD_SCOPES else set()


def test_the_manifest_of_the_page_is_that_of_the_program() -> None:
    shown = re.search(r"```yaml\n(display_information.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    assert yaml.safe_load(shown[1]) == manifest()


def test_the_scopes_are_exactly_those_of_what_is_called_and_heard() -> None:
    by_methods = {scope for method in methods() for scope in scopes_of(method)}
    by_events = {scope for event in BOT_EVENTS if (scope := EVENT_SCOPES.get(event))}
    assert "url_private" in CODE, "files that people send are read"
    assert by_methods | by_events | {"commands", "files:read"} == set(SCOPES)


def test_every_event_of_the_manifest_has_a_listener_and_every_listener_its_event() -> None:
    heard = set(re.findall(r'app\.event\("(\w+)"\)', CODE))
    assert heard - set(UNINSTALL_EVENTS) == {event.partition(".")[0] for event in BOT_EVENTS}


def test_every_scope_is_explained() -> None:
    assert [scope for scope, what in SCOPES.items() if f"| `{scope}` | {what} |" not in PAGE] == []


def test_what_differs_over_http_is_what_the_page_says() -> None:
    address = "https://papers.example.org"
    shown = next(text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if address in text)
    changes = yaml.safe_load(shown)
    assert _updated(manifest(), changes) == manifest(address)
    assert EVENTS in PAGE
    assert all(event in PAGE for event in CHANNEL_EVENTS)


def test_what_many_workspaces_need_besides_is_what_the_page_says() -> None:
    address = "https://papers.example.org"
    redirect = f"{address}{REDIRECT}"
    shown = next(text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if redirect in text)
    said, whole = yaml.safe_load(shown), manifest(address, redirect)
    assert said["oauth_config"]["redirect_urls"] == whole["oauth_config"]["redirect_urls"]
    events = said["settings"]["event_subscriptions"]["bot_events"]
    assert events == whole["settings"]["event_subscriptions"]["bot_events"]
    assert f"{address}{INSTALL}" in PAGE


def _updated(old: object, new: object) -> object:
    """The old document with what the new one says of it."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _updated(old.get(key), value) for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list):
        return [_updated(one, other) for one, other in zip(old, new, strict=True)]
    return new


def test_the_troubles_of_the_page_are_said_in_these_words() -> None:
    said = " ".join(value for value in vars(errors).values() if isinstance(value, str))
    said += " ".join(errors.LASTING.values())
    told = "".join(re.findall(r"^\| (`[^|]+ [^|]+`) \|", PAGE, re.MULTILINE))
    quoted = re.findall(r"`([^`]+ [^`]+)`", told)
    assert len(quoted) > 10
    assert [words for words in quoted if words not in said] == []


def test_every_setting_of_slack_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"PAPERBOY_[A-Z_]+[A-Z]", PAGE))
    assert named <= SETTINGS
    assert {name for name in SETTINGS if "_SLACK_" in name and f"{name}_FILE" not in SETTINGS} <= named


def test_every_command_of_the_page_is_one_of_the_program() -> None:
    names = {spec.name for spec in COMMANDS}
    said = re.findall(r"^/papers (.+)$|`/papers ([^`<]+)`", PAGE, re.MULTILINE)
    texts = [first or second for first, second in said]
    assert len(texts) > 10
    assert [text for text in texts if name_in(text, names | {LINKS}) not in names | {LINKS}] == []
    spoken = {name_in(text, names): said_for(text, names)[1] for text in texts if "here" in text.split()}
    assert all(spoken.values()), spoken
    assert spoken.keys() >= {name for name in FOR_CHANNEL if name.startswith("digest ")}


def test_every_secret_that_is_named_is_written_into_its_file_first() -> None:
    named = re.findall(r"^PAPERBOY_[A-Z_]+_FILE=(secrets/\w+)$", PAGE, re.MULTILINE)
    assert len(named) > 5
    assert [file for file in named if f"> {file}" not in PAGE[: PAGE.index(f"={file}")]] == []


def test_in_containers_every_secret_has_a_file_that_the_page_makes_and_slack_a_way_in() -> None:
    main, called = (yaml.safe_load((ROOT / name).read_text()) for name in ("docker-compose.yml", COMPOSE))
    assert f"COMPOSE_FILE=docker-compose.yml:{COMPOSE}" in PAGE
    for service in called["services"].values():
        mounted = {name: value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert mounted.keys() <= SETTINGS
        assert set(mounted.values()) == {f"/run/secrets/{secret}" for secret in service["secrets"]}
    for name, secret in called["secrets"].items():
        assert f"secrets/{name}" in re.findall(r"^touch (.+)$", PAGE, re.MULTILINE)[0].split()
        assert secret["file"] == f"./secrets/{name}"
    assert called["services"].keys() | {"database"} == main["services"].keys()
    bot = called["services"]["bot"]
    assert bot["environment"]["PAPERBOY_SLACK_HOST"] == "0.0.0.0"
    assert bot["ports"] == [f"127.0.0.1:3000:{bot['environment']['PAPERBOY_SLACK_PORT']}"]
