"""Text on Discord says what it says and does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.wording import cut
from adapters.discord.wording import Writer, escape, escaped_within, link_text

LETTERS = "@everyone here<>&#!:/\\`*_~|[]()-+\n\u202e\u200b\ud800\x00é漢😀 .x"
HOSTILE = st.lists(st.sampled_from([*LETTERS, "@everyone", "@here", "://", "<@1>"]), max_size=200).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ ~no~ ||spoiler||", r"\*bold\* \_it\_ \~no\~ \|\|spoiler\|\|"),
        ("# heading\n- item\n-# small", "\\# heading\n\\- item\n\\-# small"),
        ("<@1> <#2> <@&3> </x:4> <t:5>", r"\<@1\> \<#2\> \<@&3\> \</x:4\> \<t:5\>"),
        ("@everyone and @HERE", "@\u200beveryone and @\u200bHERE"),
        ("[free](https://evil.test)", r"\[free\](https\://evil.test)"),
        ("join discord.gg/abc", r"join discord\.gg/abc"),
        ("`code` \\", r"\`code\` \\"),
        ("plain - text (2026) #1 a+b", "plain - text (2026) #1 a+b"),
    ],
)
def test_markup_mentions_and_links_are_shown_letter_for_letter(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(HOSTILE, st.integers(min_value=3, max_value=120))
def test_nothing_outside_an_escape_does_anything_and_every_limit_holds(text: str, limit: int) -> None:
    shown = escaped_within(text, limit)
    assert len(shown) <= limit
    bare = _without_escapes(shown)
    assert not set(bare) & set("`*_~|<>[]")
    assert "://" not in bare
    assert "@everyone" not in bare.casefold()
    assert "@here" not in bare.casefold()
    assert not any("\ud800" <= char <= "\udfff" or char in "\u202e\x00" for char in shown)


@given(HOSTILE, st.integers(min_value=3, max_value=120))
def test_the_words_of_a_link_hold_no_bracket_and_one_line(text: str, limit: int) -> None:
    shown = link_text(text, limit)
    assert len(shown) <= limit
    assert not set(shown) & set("[]\n")


@given(st.text(max_size=80), st.integers(min_value=1, max_value=80))
def test_a_cut_text_ends_after_a_word(text: str, limit: int) -> None:
    kept = cut(text, limit)
    assert len(kept) <= limit
    assert kept == text or kept.endswith("…")


def test_cutting_keeps_whole_words() -> None:
    assert cut("one two three", 9) == "one two …"
    assert cut("one two three", 10) == "one two …"
    assert cut("onetwothree", 6) == "onet …"
    assert cut("one two", 7) == "one two"


def test_commands_in_code_get_their_slash_and_other_code_stays() -> None:
    writer = Writer(["interests", "interests add", "recommend", "digest show"])
    assert writer.rich('`interests add x` is *fine*, "`recommend --days 30`"') == (
        '`/interests add x` is \\*fine\\*, "`/recommend --days 30`"'
    )
    assert writer.rich("`interests` lists, `paperboy ingest FILE` brings") == (
        "`/interests list` lists, `paperboy ingest FILE` brings"
    )


def test_backticks_of_somebody_else_are_shown_as_such() -> None:
    writer = Writer(["recommend"])
    assert writer.rich("such as `Berlin` or `UTC+2`") == "such as `Berlin` or `UTC+2`"
    assert writer.rich("``` *x* ```") == "\\`\\`\\` \\*x\\* \\`\\`\\`"
    assert writer.rich("`recommend @everyone`") == "`/recommend @\u200beveryone`"


def _without_escapes(text: str) -> str:
    kept, at = "", 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            kept += " "
        else:
            kept += text[at]
            at += 1
    return kept
