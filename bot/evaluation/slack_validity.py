"""What Slack takes: every payload is read by slack_sdk's models, whose checks are made of every part of it, and held
against the limits of Slack's reference that the models do not know."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
TEXT_CHARS = 40_000
TEXT_OBJECT_CHARS, FIELD_CHARS, VALUE_CHARS, URL_CHARS = 3_000, 2_000, 2_000, 3_000
METADATA_CHARS = 8_000
PLAIN_ONLY = ("title", "submit", "close", "placeholder", "label", "hint", "confirm", "deny")

_PARTS_OF_RICH_TEXT = frozenset({"text", "link", "emoji", "user", "channel", "usergroup", "date", "broadcast", "color"})
# The models warn of what they do not know; here that is an error anyway.
logging.getLogger("slack_sdk.models").setLevel(logging.CRITICAL)


def message_faults(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with the content of a message; empty where Slack takes it."""
    faults = block_faults(body.get("blocks") or (), MOST_BLOCKS)
    metadata = body.get("metadata")
    if metadata is not None and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), Mapping)):
        faults.append("metadata lacks event_type or event_payload")
    return faults


def view_faults(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a Home tab."""
    faults = block_faults(view.get("blocks") or (), MOST_VIEW_BLOCKS)
    if view.get("type") not in ("modal", "home"):
        faults.append(f"no type of view: {view.get('type')}")
    if view.get("type") == "modal" and not view.get("title"):
        faults.append("a modal needs a title")
    inputs = any(block.get("type") == "input" for block in view.get("blocks") or ())
    if view.get("type") == "modal" and inputs and not view.get("submit"):
        faults.append("a modal with inputs needs a submit")
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        faults.append(str(error))
    return faults + [fault for key in ("title", "submit", "close") for fault in _text_faults(key, view.get(key))]


def block_faults(blocks: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    faults = [f"{len(blocks)} blocks, more than {most}"] if len(blocks) > most else []
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        faults.append("a block_id twice")
    for block in blocks:
        faults += _model_faults(block) + list(_limits(block))
        actions = [part["action_id"] for part in _parts(block) if part.get("action_id")]
        if len(actions) != len(set(actions)):
            faults.append(f"an action_id twice in a block: {actions}")
    return faults


def _model_faults(block: Mapping[str, Any]) -> list[str]:
    try:
        read = Block.parse(dict(block))
        if read is None:
            return [f"no block that Slack knows: {block.get('type')}"]
        for part in _read_parts(read):
            part.validate_json()
        lost = _lost(block, read.to_dict(), str(block.get("type")))
    except (SlackObjectFormationError, TypeError, KeyError, AttributeError) as error:
        return [f"{block.get('type')}: {error}"]
    return [f"nothing that Slack knows: {lost}"] if lost else []


def _read_parts(read: object) -> Iterator[JsonObject]:
    """A model and all that it is made of."""
    if isinstance(read, JsonObject):
        yield read
        for value in vars(read).values():
            yield from _read_parts(value)
    elif isinstance(read, list | tuple):
        for value in read:
            yield from _read_parts(value)


def _lost(given: object, kept: object, where: str) -> str:
    """Where something was given that the model did not keep."""
    if isinstance(given, Mapping):
        if not isinstance(kept, Mapping):
            return where
        for key, value in given.items():
            if value is not None and key not in kept:
                return f"{where}.{key}"
            lost = _lost(value, kept.get(key), f"{where}.{key}")
            if lost:
                return lost
        return ""
    if isinstance(given, list | tuple):
        if not isinstance(kept, list | tuple) or len(given) != len(kept):
            return where
        return next(filter(None, (_lost(one, two, where) for one, two in zip(given, kept, strict=True))), "")
    return "" if given == kept else where


def _parts(document: object) -> Iterator[Mapping[str, Any]]:
    """Every object in a payload, itself first."""
    if isinstance(document, Mapping):
        yield document
        for value in document.values():
            yield from _parts(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from _parts(value)


def _limits(block: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(block):
        kind = part.get("type")
        for key in PLAIN_ONLY:
            yield from _text_faults(key, part.get(key))
        if kind in ("plain_text", "mrkdwn") and not 0 < len(part.get("text") or "") <= TEXT_OBJECT_CHARS:
            yield f"a text of {len(part.get('text') or '')} characters"
        if kind in ("button", "header"):
            yield from _text_faults("text", part.get("text"))
        if len(str(part.get("value") or "")) > VALUE_CHARS:
            yield "a value that is too long"
        if len(str(part.get("url") or "")) > URL_CHARS:
            yield "an address that is too long"
        if kind in ("actions", "context", "context_actions", "rich_text") and not part.get("elements"):
            yield f"{kind} without elements"
        if kind == "section" and not (part.get("text") or part.get("fields")):
            yield "a section without text"
        if any(len(field.get("text") or "") > FIELD_CHARS for field in part.get("fields") or ()):
            yield "a field that is too long"
        if kind == "feedback_buttons" and block.get("type") != "context_actions":
            yield "feedback_buttons outside of context_actions"
        if kind == "button" and block.get("type") == "context":
            yield "a button in a context"
        if str(kind).startswith("rich_text_"):
            yield from _rich_text_faults(part)


def _rich_text_faults(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("type") == "rich_text_list":
        return
    for each in part.get("elements") or ():
        if each.get("type") not in _PARTS_OF_RICH_TEXT:
            yield f"no part of rich text: {each.get('type')}"
        if each.get("type") == "text" and not each.get("text"):
            yield "an empty text in rich text"
        if each.get("type") == "link" and not each.get("url"):
            yield "a link without an address"


def _text_faults(key: str, text: object) -> list[str]:
    """Where only plain text may stand."""
    is_dialog = isinstance(text, Mapping) and key == "confirm" and "title" in text
    if isinstance(text, Mapping) and text.get("type") != "plain_text" and not is_dialog:
        return [f"{key} must be plain_text"]
    return []
