"""The page on Slack says what the program says, and its manifest asks for exactly what the program uses."""

import re

import yaml

from adapters.slack import errors
from adapters.slack.http import EVENTS
from adapters.slack.installing import INSTALL, REDIRECT
from adapters.slack.manifest import BOT_EVENTS, CHANNEL_EVENTS, SCOPES, UNINSTALL_EVENTS, manifest
from bot.evaluation.fake_slack import KIND_SCOPES, METHOD_SCOPES
from bot.evaluation.fake_slack_people import EVENT_SCOPES
from bot.settings import Settings
from tests.containers import ROOT

PAGE = (ROOT / "docs" / "slack.md").read_text("utf-8")
CODE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "adapters" / "slack").glob("*.py")))
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
    quoted = re.findall(r"^\| `([^`]+ [^`]+)` \|", PAGE, re.MULTILINE)
    assert len(quoted) > 5
    assert [words for words in quoted if words not in said] == []


def test_every_setting_of_slack_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"PAPERBOY_[A-Z_]+[A-Z]", PAGE))
    assert named <= {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
