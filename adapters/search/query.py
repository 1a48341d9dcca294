"""A `SearchQuery` as a tantivy query, built from terms: no text of the user ever meets a query parser."""

from collections.abc import Iterable
from datetime import date

from tantivy import FieldType, Occur, Query, Schema

from adapters.search.schema import AUTHOR_STRIDE, Analyzers, author_words, category_values, day_number, fold
from bot.domain.search_query import SearchQuery

STEM = 5
"""Letters of a begun word that are looked for: few words lose a letter so early to their stem."""


class QueryBuilder:
    def __init__(self, schema: Schema, analyzers: Analyzers) -> None:
        self._schema = schema
        self._analyzers = analyzers

    def build(self, query: SearchQuery, *, any_word: bool = False) -> Query | None:
        """What must all match, or with `any_word` at least one of the plain words besides the rest.

        None if nothing can match: an empty query, or an author or category without a letter or a digit in it.
        Words and phrases without one say nothing and do not count, nor do stop words outside a phrase.
        """
        if query.is_empty:
            return None
        words = [built for built in map(self._text, self._telling(query.words)) if built is not None]
        phrases = [built for built in map(self._text, query.phrases) if built is not None]
        authors = [self._author(name) for name in query.authors]
        categories = [self._category(name) for name in query.categories]
        scored = [*([_any(words)] if any_word and words else words), *phrases]
        filters = [*authors, *categories, *([self._since(query.since)] if query.since else [])]
        filters += [self._begun(query.begun)] if query.begun else []
        if None in filters or not (scored or filters):
            return None
        musts = [*scored, *(Query.const_score_query(each, 0.0) for each in filters if each is not None)]
        return musts[0] if len(musts) == 1 else Query.boolean_query([(Occur.Must, each) for each in musts])

    def _telling(self, words: Iterable[str]) -> list[str]:
        """Each word once, without English stop words (`of`, `the`), which nearly every paper has."""
        return [word for word in dict.fromkeys(words) if self._analyzers.telling.analyze(fold(word))]

    def _text(self, text: str) -> Query | None:
        """A word or a phrase; a word that splits into several tokens (`state_of`, `深度`) is a phrase too."""
        tokens = self._analyzers.text.analyze(fold(text))[:64]
        if not tokens:
            return None
        if len(tokens) == 1:
            return Query.term_query(self._schema, "text", tokens[0], index_option="freq")
        return Query.phrase_query(self._schema, "text", list(tokens))

    def _author(self, name: str) -> Query | None:
        """All words of the name within one author, in any order and with others between."""
        words = author_words(self._analyzers, name)
        if not words:
            return None
        if len(words) == 1:
            return Query.term_query(self._schema, "authors", words[0], index_option="basic")
        return Query.phrase_query(self._schema, "authors", list(words), slop=AUTHOR_STRIDE // 2)

    def _category(self, name: str) -> Query | None:
        value = category_values(name.strip().removesuffix(".*"))[-1]
        return Query.term_query(self._schema, "categories", value, index_option="basic") if value else None

    def _begun(self, word: str) -> Query | None:
        """Words that begin so. What is kept of a word is its stem, which may be shorter than what was typed of it."""
        letters = "".join(char for char in fold(word).casefold() if char.isalnum())[:STEM]
        return Query.regex_query(self._schema, "text", f"{letters}.*") if letters else None

    def _since(self, day: date) -> Query:
        return Query.range_query(self._schema, "day", FieldType.Integer, lower_bound=day_number(day))


def _any(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, each) for each in queries])
