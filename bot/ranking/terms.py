"""Text to terms: stems of words and of pairs of neighbouring words, and the 32-bit ids they are indexed by."""

import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise

import Stemmer

from bot.domain.term import is_pair, term_id, term_ids
from bot.ranking.stop_words import FUNCTION_WORDS

__all__ = [
    "MAX_WORD",
    "as_word",
    "document_terms",
    "fold",
    "is_pair",
    "spelled_words",
    "term_id",
    "term_ids",
    "text_terms",
    "words",
]

MAX_WORD = 40
_CACHED_WORDS = 300_000

_MATH = re.compile(r"\$[^$]{0,400}[\\^_={}<>][^$]{0,400}\$")
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_TOKEN = re.compile(r"\w[\w+#\u2010\u2011-]*|[.,;:!?()](?=\s)")
_GLUE = re.compile(r"[-+#_\u2010\u2011]+")
_WITH_SIGNS = frozenset({"c++", "c#", "f#"})
_PREFIXES = """
anti auto bi co de fine hyper inter intra macro meta micro mis multi non over post pre pseudo quasi re semi sub super
tri ultra un under uni
"""
_JOINED = frozenset(_PREFIXES.split())
"""Prefixes written with or without a hyphen: "pre-training" is "pretraining", "fine-tuning" is "finetuning"."""

_BREAK: tuple[str, ...] = ("",)


def words(text: str) -> list[str]:
    """The stems of a text in order, without stop words, numbers and LaTeX. Case and accents do not count."""
    return [stem for stem in _stems(text) if stem]


def text_terms(text: str) -> Counter[str]:
    """Term -> tf over stems and pairs ("diffus model"). A pair spans stop words but no punctuation."""
    return Counter(_occurrences(_stems(text)))


def document_terms(title: str, abstract: str) -> dict[str, int]:
    """Term -> tf of a paper's title and abstract; their sum is the document length."""
    return Counter(_occurrences([*_stems(title), "", *_stems(abstract)]))


def spelled_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each token of a text as it is written with the stems it gives (none for a stop word; ("",) for a break);
    `as_word` makes a word of the token."""
    found = []
    seen = _analysed()
    for token in _TOKEN.findall(_plain(text)):
        folded = fold(token)
        known = seen.get(folded)
        found.append((token, _analyse(folded) if known is None else known))
    return found


def as_word(token: str, stems: tuple[str, ...]) -> str:
    """A token of `spelled_words` without the signs at its ends, unless they are part of it (C++)."""
    return token if stems == (token.lower(),) else token.strip("-+#_\u2010\u2011")


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents undone: "Schrödinger" and "SCHRODINGER" are one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def _plain(text: str) -> str:
    if "$" in text:
        text = _MATH.sub(" ", text)
    if "\\" in text:
        text = _COMMAND.sub(" ", text)
    if "://" in text or "www." in text:
        text = _LINK.sub(" ", text)
    return _POSSESSIVE.sub("", text)


def _stems(text: str) -> list[str]:
    """Stems in order; an empty string is a break that no pair spans."""
    stems: list[str] = []
    seen = _analysed()
    for token in _TOKEN.findall(fold(_plain(text))):
        known = seen.get(token)
        stems.extend(_analyse(token) if known is None else known)
    return stems


def _occurrences(stems: list[str]) -> list[str]:
    """Every word, then every pair of neighbours."""
    pairs = [f"{one} {other}" for one, other in pairwise(stems) if one and other]
    return [stem for stem in stems if stem] + pairs


def _analyse(token: str) -> tuple[str, ...]:
    seen = _analysed()
    known = seen.get(token)
    if known is not None:
        return known
    stems: tuple[str, ...]
    if token in _WITH_SIGNS:
        stems = (token,)
    elif not token[0].isalnum() and token[0] != "_":
        stems = _BREAK
    elif _GLUE.search(token):
        stems = tuple(stem for part in _parts(token) for stem in _stem(part))
    else:
        stems = _stem(token)
    if len(seen) >= _CACHED_WORDS:
        seen.clear()
    seen[token] = stems
    return stems


def _parts(token: str) -> list[str]:
    """ "text-to-image" is its words; "multi-agent" is "multiagent" and "agent": both spellings are found."""
    parts: list[str] = []
    pieces = [piece for piece in _GLUE.split(token) if piece]
    for at, piece in enumerate(pieces):
        if piece in _JOINED and at + 1 < len(pieces):
            parts.append(piece + pieces[at + 1])
        else:
            parts.append(piece)
    return parts


def _stem(word: str) -> tuple[str, ...]:
    if word in FUNCTION_WORDS or word.isdigit() or len(word) < 2:
        return ()
    return (_stemmer().stemWord(word[:MAX_WORD]),)


@cache
def _analysed() -> dict[str, tuple[str, ...]]:
    return {}


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)
