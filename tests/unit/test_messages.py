from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands import COMMANDS, parse_command, specs_named
from bot.domain import excerpt
from bot.domain.chat import Bullets, PaperCard, Table, Text
from bot.domain.command import Command, CommandProblem
from bot.domain.counterfactual import Change, ChangeKind, Counterfactual
from bot.domain.feedback import Reaction
from bot.domain.paper import SAMPLE_SOURCE, Paper, PaperId, PaperKey
from bot.domain.profile import Interest, InterestKind, PartKind
from bot.domain.ranking import Entry, Explanation, Part, Source, Step, TermContribution
from bot.domain.trending import Trend, Votes
from bot.messages import cards, lists, people, system, why
from bot.messages.wording import quoted
from bot.ranking.eligibility import KeptOut
from bot.usecases.catch_up import CaughtUp
from bot.usecases.link_accounts import LinkOutcome
from bot.usecases.recommend import EmptyReason

NOW = datetime(2026, 3, 16, tzinfo=UTC)
PAPER = Paper(
    PaperId("arXiv:2603.00001"),
    "On ducks",
    "Ducks are studied. " * 40,
    authors=("A. One", "B. Two", "C. Three", "D. Four"),
    categories=("cs.IR",),
    announced_at=NOW,
)
PARTS = (
    Part(PartKind.INTEREST, "duck ponds", 0.75, (TermContribution("duck", 0.5), TermContribution("pond", 0.25))),
    Part(PartKind.DISLIKED, "disliked", -0.25, (TermContribution("goos", -0.25),)),
)
WORDS = {"duck": "ducks", "pond": "ponds", "goos": "geese"}


def explanation(kept_out: str = "", rank: int | None = 1, parts: tuple[Part, ...] = PARTS) -> Explanation:
    return Explanation(PAPER, sum(part.value for part in parts), parts, rank, 10, (), kept_out, groups=parts)


def texts(blocks: tuple[object, ...]) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, Text))


def test_a_card_shortens_authors_and_abstract_and_its_buttons_are_commands() -> None:
    card = cards.paper_card(PAPER, 2, ["because"])
    assert card.meta == "A. One, B. Two and 2 others · 2026-03-16 · cs.IR"
    assert len(card.abstract) <= excerpt.SHORT_ABSTRACT + 2
    assert card.abstract.endswith(". …")
    for button in card.buttons:
        command = parse_command(button.command)
        assert isinstance(command, Command)
        assert command.options == {"paper": "2"}


def test_a_first_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    short = excerpt.shorten("word " * 200, 52)
    assert short == "word " * 9 + "word …"


def test_a_withdrawn_sample_says_that_it_is_one() -> None:
    card = cards.paper_card(Paper(PaperId("local:1"), "t", "a", year=2020, withdrawn=True, source=SAMPLE_SOURCE))
    assert (card.label, card.meta) == ("sample, not a real paper", "2020 · withdrawn")


def test_reasons_name_the_strongest_helping_parts_in_words_of_the_paper() -> None:
    assert cards.reasons_of(PARTS, WORDS) == ['your interest "duck ponds": ducks, ponds']


def test_what_is_learned_from_a_paper_named_already_is_not_said_again() -> None:
    ducks = (TermContribution("duck", 1.0),)
    liked = Part(PartKind.LIKED_PAPER, "On ducks", 1.0, ducks)
    mean = Part(PartKind.LEARNED, "papers you liked", 2.0, ducks, sources=(Source(PaperId("local:7"), "On ducks"),))
    both = replace(mean, sources=(*mean.sources, Source(PaperId("local:8"), "On ponds")))
    assert cards.reasons_of([mean, liked], WORDS) == ['because you liked "On ducks": ducks']
    assert len(cards.reasons_of([both, liked], WORDS)) == 2
    assert len(cards.reasons_of([mean], WORDS)) == 1


def test_every_kind_of_part_has_a_sentence_of_its_own() -> None:
    lines = {cards.reason_line(Part(kind, "X", 1.0, (TermContribution("duck", 1.0),)), WORDS) for kind in PartKind}
    assert len(lines) == len(PartKind)


def test_a_phrase_stands_for_the_words_it_holds() -> None:
    part = Part(
        PartKind.LEARNED,
        "",
        3.0,
        (TermContribution("duck", 1.5), TermContribution("duck pond", 1.0), TermContribution("lake", 0.5)),
    )
    assert cards.top_words(part, {"duck": "duck", "duck pond": "duck pond", "lake": "lake"}) == ["duck pond", "lake"]


def test_why_shows_parts_terms_shares_and_rank_that_add_up() -> None:
    message = why.why(explanation(), WORDS, days=7, topic="")
    assert "Rank 1 of 10 candidates, score 0.500" in texts(message.blocks)
    bullets = next(block for block in message.blocks if isinstance(block, Bullets))
    assert bullets.items == (
        '+0.750 (150%)  your interest "duck ponds": ducks, ponds',
        "-0.250 (-50%)  like papers you turned down: geese",
    )
    table = next(block for block in message.blocks if isinstance(block, Table))
    assert table.rows[0] == ("ducks", "+0.500", "100%")


def test_terms_that_the_paper_spells_alike_share_a_row() -> None:
    terms = tuple(TermContribution(term, 0.25) for term in ("li", "dit", "li dit", "duck"))
    spelled = {"li": "LI-DiT", "dit": "LI-DiT", "li dit": "Li-Dit", "duck": "ducks"}
    message = why.why(explanation(parts=(Part(PartKind.LEARNED, "", 1.0, terms),)), spelled, days=7, topic="")
    table = next(block for block in message.blocks if isinstance(block, Table))
    assert table.rows == (("LI-DiT", "+0.750", "75%"), ("ducks", "+0.250", "25%"))


def test_many_terms_are_summed_up_in_a_last_row() -> None:
    terms = tuple(TermContribution(f"t{number}", 1.0) for number in range(20))
    message = why.why(explanation(parts=(Part(PartKind.LEARNED, "", 20.0, terms),)), {}, days=1, topic="ducks")
    table = next(block for block in message.blocks if isinstance(block, Table))
    assert table.rows[-1] == ("8 more", "+8.000", "40%")
    assert 'new within the last day, not shown to you before, for "ducks"' in texts(message.blocks)


LIKED = PaperId("arXiv:2603.00002")
CHANGES = (
    (Change(ChangeKind.LIFT_MUTE, "geese"), 'lift the mute "geese"', "interests remove geese"),
    (Change(ChangeKind.REMOVE_INTEREST, "geese"), 'remove the interest "geese"', "interests remove geese"),
    (Change(ChangeKind.ADD_INTEREST, "duck ponds"), 'add the interest "duck ponds"', "interests add duck ponds"),
    (
        Change(ChangeKind.TAKE_BACK, "On geese", LIKED, Reaction.DISLIKE),
        'take back your dislike of "On geese"',
        "undo arXiv:2603.00002",
    ),
    (Change(ChangeKind.LOOK_BACK, days=12), "look back 12 days", "recommend 3 --days 12 duck pond"),
)


@pytest.mark.parametrize(("change", "deed", "command"), CHANGES)
def test_a_change_that_brings_a_paper_in_is_said_with_a_command_that_is_understood(
    change: Change, deed: str, command: str
) -> None:
    explained = replace(explanation("below the first k", 9), counterfactual=Counterfactual(change, 2))
    message = why.why(explained, WORDS, days=7, topic="duck pond", n=3)
    assert f"`{command}` would bring it in, at rank 2: {deed}." in texts(message.blocks)
    assert isinstance(message.data, dict)
    expected = {"kind": change.kind.value, "change": deed, "command": command, "rank": 2}
    assert message.data["counterfactual"] == expected
    assert isinstance(parse_command(command), Command)


@pytest.mark.parametrize(
    ("change", "rank", "says"),
    [
        (CHANGES[1][0], 14, 'Without your interest "geese" it would be rank 14 (`interests remove geese`).'),
        (
            Change(ChangeKind.TAKE_BACK, "On ponds", LIKED, Reaction.SAVE),
            None,
            'Without your save of "On ponds" it would not be listed (`undo arXiv:2603.00002`).',
        ),
    ],
)
def test_what_a_recommended_paper_stands_on_is_said(change: Change, rank: int | None, says: str) -> None:
    explained = replace(explanation(), counterfactual=Counterfactual(change, rank))
    assert says in texts(why.why(explained, WORDS, days=7, topic="").blocks)


def test_without_a_change_that_helps_the_distance_is_said_where_there_is_one() -> None:
    far = replace(explanation("too far from your interests", None), last_listed=0.75)
    said = texts(why.why(far, WORDS, days=7, topic="").blocks)
    assert "would bring it in: its score is 0.500, that of the last paper listed 0.750." in said
    near = replace(far, last_listed=None)
    assert "No single change that I tried would bring it in." in texts(why.why(near, WORDS, days=7, topic="").blocks)
    for reason in ("", "withdrawn", "not stored", "shown"):
        said = texts(why.why(replace(far, kept_out=reason), WORDS, days=7, topic="").blocks)
        assert "single change" not in said


def test_everything_that_keeps_a_paper_out_has_words() -> None:
    for reason in KeptOut:
        detail = f"{reason}: blockchain" if reason is KeptOut.MUTED else str(reason)
        said = texts(why.why(explanation(detail, None), WORDS, days=7, topic="").blocks)
        assert "Not recommended: " in said
        assert f"Not recommended: {reason}" not in said
        assert "{" not in said


def test_every_reason_for_an_empty_list_says_what_to_do() -> None:
    for reason in EmptyReason:
        said = texts(lists.nothing(reason.value, days=7, topic="ducks").blocks)
        assert said
        assert "{" not in said


def test_steps_after_the_score_are_named_with_the_recommendation() -> None:
    entry = Entry(PAPER, 1, 0.5, PARTS, (Step("diversify", "moved from 3 to 1"),))
    message = lists.recommendation([(entry, WORDS)], 10, days=7, topic="ducks")
    card = next(block for block in message.blocks if isinstance(block, PaperCard))
    assert card.reasons == ('your interest "duck ponds": ducks, ponds', "diversify: moved from 3 to 1")
    assert '1 of 10 new papers about "ducks" (the last 7 days)' in texts(message.blocks)


def test_interests_are_numbered_lines_without_dashes() -> None:
    items = [Interest(InterestKind.TEXT, "diffusion models", NOW), Interest(InterestKind.MUTE, "crypto", NOW)]
    message = people.interests(items)
    assert "\n1. diffusion models\n2. mute: crypto\n" in texts(message.blocks)
    assert not any(isinstance(block, Bullets) for block in message.blocks)


def test_what_was_typed_is_quoted_plainly_and_cut_at_a_word() -> None:
    assert quoted("na\u00efve  ducks\n") == '"na\u00efve ducks"'
    assert quoted("it's") == '"it\'s"'
    assert quoted('"flow matching" cat:cs.LG') == "'\"flow matching\" cat:cs.LG'"
    assert quoted("word " * 400) == f'"{"word " * 12}…"'
    assert quoted("x" * 60) == f'"{"x" * 60}"'
    assert quoted("x" * 61) == f'"{"x" * 60} …"'


def test_no_answer_echoes_a_long_topic_or_query_whole() -> None:
    long = "duck " * 400
    said = [
        *(lists.nothing(reason.value, days=7, topic=long) for reason in EmptyReason),
        lists.recommendation([], 0, days=7, topic=long),
        lists.found(long, []),
        lists.found(long, [PAPER]),
        why.why(explanation(), WORDS, days=7, topic=long),
        people.interest_removed([], [], long),
        people.no_file(long),
    ]
    for message in said:
        assert len(texts(message.blocks)) < 500


def test_trending_names_its_span_and_advises_only_a_longer_one() -> None:
    assert "trending today" in texts(lists.trending([], "day").blocks)
    votes = Votes(PaperKey(1), PAPER.id, NOW, upvotes=1_200, likes=1, dislikes=2)
    listed = lists.trending([(PAPER, Trend(votes, 2.9, 1.0))], "day")
    assert "Trending today, not personal" in texts(listed.blocks)
    (card,) = (block for block in listed.blocks if isinstance(block, PaperCard))
    assert card.reasons == ("1,200 upvotes, 1 like here, 2 dislikes here, 2 days old",)
    assert "this week: no upvotes" in texts(lists.trending([], "week").blocks)
    assert "`trending month`" in texts(lists.trending([], "week").blocks)
    assert "`trending month`" not in texts(lists.trending([], "month").blocks)


def test_feedback_says_what_changed_and_how_to_take_it_back() -> None:
    said = texts(people.feedback(PAPER, [(Reaction.DISLIKE, False), (Reaction.LIKE, True)], frozenset()).blocks)
    assert said == 'Liked; no longer disliked: "On ducks". `undo arXiv:2603.00001` takes it back.'
    assert "nothing to take back" in texts(people.feedback(PAPER, [], frozenset()).blocks)


def test_interests_say_what_was_added_had_and_refused() -> None:
    ducks = Interest(InterestKind.TEXT, "ducks", NOW)
    message = people.interests_changed([ducks], [ducks], ["geese"], [("🦆", "no words")])
    said = texts(message.blocks)
    assert "Added: ducks. You have that already: geese." in said
    assert '"🦆" has no word' in said
    assert not people.interests_changed([], [], [], []).ok


def test_an_import_tells_what_was_missing_and_why() -> None:
    said = texts(people.imported(2, 1, [f"t{n}" for n in range(8)], ["entry 3: no title"], "no network").blocks)
    assert "Learned from 2 papers of your library. 1 were known already." in said
    assert "Not found (no network): t0; t1; t2; t3; t4 and 3 more." in said
    assert "entry 3: no title" in said


def test_every_outcome_of_linking_and_catching_up_has_words() -> None:
    for outcome in CaughtUp:
        assert isinstance(system.caught_up(outcome.value, 3, "no network"), str)
    for linked in LinkOutcome:
        from bot.domain.person import Person, PersonId

        assert texts(people.linked(linked.value, Person(PersonId(1), NOW)).blocks)


def test_help_for_every_command_names_it_with_its_options() -> None:
    for spec in COMMANDS:
        said = texts(system.help_for(spec.name, specs_named(spec.name)).blocks)
        assert spec.summary in said
    assert not system.help_for("nonsense", ()).ok


def test_what_was_not_understood_is_answered_by_kind() -> None:
    assert "digest preview" in texts(system.not_understood(CommandProblem("planned", "digest preview")).blocks)
    assert "Did you mean `like 1`?" in texts(system.not_understood(CommandProblem("unknown", "like 1")).blocks)
    assert "`help` lists" in texts(system.not_understood(CommandProblem("unknown")).blocks)
    assert "`help` lists" in texts(system.not_understood(CommandProblem("empty", "help")).blocks)
    said = texts(system.not_understood(CommandProblem("missing the words", "help search")).blocks)
    assert said == "Missing the words. `help search` shows how."
