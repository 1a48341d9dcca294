"""Text from outside made fit for reading: one line of clean Unicode, no markup, nothing invisible."""

import html
import re
import unicodedata

from ftfy import TextFixerConfig, fix_text

from bot.feeds.latex import latex_to_unicode

# What UTF-8 looks like when it was read as Latin-1, Windows-1252, Windows-1251 or Mac Roman. ftfy's own test takes
# 300 microseconds for an abstract; only text with one of these pairs is worth it.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[\u0080-\u009f]|вЂ|Р[°±Ѕ]|С[Ђѓ‚]|√[©®†°]|‚Ä"
)
_FTFY = TextFixerConfig(
    unescape_html=False, uncurl_quotes=False, fix_character_width=False, remove_terminal_escapes=False
)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_RUN = re.compile("[^\u0000-\u007f]{2}")
_SURROGATE = re.compile("[\ud800-\udfff]")

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]{0,2000}>.{0,2000}?</\1\s*>|<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>", re.I | re.S
)
_BLOCK_TAG = re.compile(
    r"</?(?:jats:)?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|section|sec|title|blockquote|hr|pre)\b[^<>]{0,2000}>",
    re.I,
)
_INLINE_TAG = re.compile(
    r"</?(?:(?:jats|mml|ns\d):[A-Za-z-]{1,30}|a|abbr|b|big|button|cite|code|em|embed|font|form|i|iframe|img|inline-formula"
    r"|input|italic|kbd|link|mark|math|meta|object|q|s|samp|script|small|span|strike|strong|style|sub|sup|svg|tt|u|var"
    r"|video|audio|body|html|head)(?:\s[^<>=]{0,200}=[^<>]{0,2000}|\s*/?)>",
    re.I,
)

# Invisible characters that reorder, hide or tag text. The joiners U+200C and U+200D stay: Persian, Hindi and emoji
# need them.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)

# What moves a terminal's cursor or colours its text (ECMA-48): after ESC a bracket, parameters and a final letter, or
# a title up to BEL.
_ANSI = re.compile("\u001b\\[[0-?]{0,32}[ -/]{0,8}[@-~]|\u001b\\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\\\)")
# LaTeX's unbreakable space stands between words; about (`~5`), ranges (`5~10`), accents and paths have it elsewhere.
_TIE = re.compile(r"(?<=[^\W_]|[.,)}\]])~(?=[^\W_]|[(\[{\\$])(?<!\d~(?=\d))")


def clean_text(raw: str) -> str:
    """One line of readable Unicode: mojibake repaired, LaTeX and HTML turned into text, invisible characters gone.

    Cheap for ordinary text: every step runs only where a character says that it could be needed.
    """
    text = " ".join(raw.split())
    if "\u001b" in text:
        text = _ANSI.sub("", text)
    if not text.isascii():
        text = _repair(text)
    elif not text.isprintable():
        text = _INVISIBLE.sub("", text)
    if "&" in text or "<" in text:
        text = _strip_html(text)
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "\\" in text or "$" in text:
        text = latex_to_unicode(text)
    return " ".join(text.split())


def storable(raw: str) -> str:
    """The text as it came, but for what no database or encoder takes: NUL and lone surrogates."""
    return _SURROGATE.sub("", raw).replace("\0", "")


def _repair(text: str) -> str:
    printable = text.isprintable()
    if not printable:
        text = _SURROGATE.sub("", text)  # ftfy would make visible marks of them
    if (_RUN.search(text) or not printable) and _MOJIBAKE.search(text):
        text = fix_text(text, _FTFY)
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    if _LIGATURE.search(text):
        text = text.translate(_LIGATURES)
    return unicodedata.normalize("NFC", text)


def _strip_html(text: str) -> str:
    text = _strip_tags(text)
    if _ENTITY.search(text):
        # what was escaped may be markup again: feeds escape their HTML once, some twice
        text = _INVISIBLE.sub("", _strip_tags(html.unescape(html.unescape(text))))
    return text


def _strip_tags(text: str) -> str:
    if "<" not in text:
        return text
    return _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _HIDDEN.sub(" ", text)))
