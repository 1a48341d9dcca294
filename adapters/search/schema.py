"""What the index holds of a paper, and the analyzers that papers and queries go through alike."""

import re
import unicodedata
from datetime import date

from tantivy import (
    Document,
    Filter,
    Index,
    PreTokenizedString,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Token,
    Tokenizer,
)

from bot.domain.paper import Paper

SCHEMA_VERSION = 1
"""Goes up with every change to the fields or analyzers below: an index of another version is built anew."""

TITLE_WEIGHT = 3
AUTHOR_STRIDE = 64
"""Positions from one author to the next; a name's words stay in the first half (see `author_words`)."""

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def build_schema() -> Schema:
    """key and day are numbers; text, authors and categories are indexed, and nothing is stored but the key.

    Title and abstract share the field `text`, the title `TITLE_WEIGHT` times: that is how Robertson, Zaragoza and
    Taylor (2004) weigh fields under one BM25 saturation, and it keeps a word one posting list, so that a conjunction
    of words is a plain intersection.
    """
    builder = SchemaBuilder()
    # A signed integer, since `delete_documents_by_term` makes a signed term of any int and would delete nothing else.
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="text", index_option="position")
    builder.add_text_field("authors", tokenizer_name="names", index_option="position")
    builder.add_text_field("categories", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _build(*filters: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for each in (Filter.remove_long(200), Filter.lowercase(), Filter.ascii_fold(), *filters):
        builder = builder.filter(each)
    return builder.build()


class Analyzers:
    """Text and names to tokens: lower case, no accents; text is stemmed (English) besides.

    `telling` is for queries only: it leaves nothing of an English stop word.
    """

    def __init__(self) -> None:
        self.text = _build(Filter.stemmer("English"))
        self.names = _build()
        self.telling = _build(Filter.stopword("English"))

    def register(self, index: Index) -> None:
        index.register_tokenizer("text", self.text)
        index.register_tokenizer("names", self.names)


def fold(text: str) -> str:
    """One form for what looks alike (composed accents, ligatures, wide letters), each ideograph a word of its own.

    Languages written without spaces would otherwise be one token per sentence; a run of ideographs in a query then
    is a phrase.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())
    return _IDEOGRAPH.sub(r" \g<0> ", composed)


def author_words(analyzers: Analyzers, name: str) -> list[str]:
    """The words of a name, each once, in alphabetical order: in that order any choice of them is a sloppy phrase."""
    return sorted(set(analyzers.names.analyze(fold(name[:500]))))[: AUTHOR_STRIDE // 2]


def category_values(category: str) -> list[str]:
    """A category and the archive it belongs to: `cs.LG` is found by `cs.lg` and by `cs`."""
    whole = category.strip().lower()
    return sorted({whole, whole.partition(".")[0]})


def day_number(day: date) -> int:
    return day.toordinal()


def to_document(paper: Paper, analyzers: Analyzers) -> Document:
    document = Document()
    document.add_integer("key", paper.stored_key)
    moment = paper.announced_at or paper.first_seen_at
    if moment is not None:
        document.add_integer("day", day_number(moment.date()))
    title = fold(paper.title)
    for _ in range(TITLE_WEIGHT):
        document.add_text("text", title)
    document.add_text("text", fold(paper.abstract))
    document.add_pre_tokenized_text("authors", _authors(paper.authors, analyzers))
    for value in {value for category in paper.categories for value in category_values(category)}:
        document.add_text("categories", value)
    return document


def _authors(names: tuple[str, ...], analyzers: Analyzers) -> PreTokenizedString:
    """Every name in its own stretch of positions; each word's initial too, so that `G. Hinton` finds Geoffrey."""
    tokens: list[Token] = []
    for place, name in enumerate(names):
        words = set(author_words(analyzers, name))
        words |= {word[0] for word in words}
        for offset, word in enumerate(sorted(words)[: AUTHOR_STRIDE // 2]):
            tokens.append(Token(word, place * AUTHOR_STRIDE + offset, 0, 0))
    return PreTokenizedString("", tokens)
