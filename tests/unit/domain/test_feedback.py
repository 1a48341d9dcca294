from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feedback import NEGATIVE, POSITIVE, Reaction, press

STATES = st.frozensets(st.sampled_from(list(Reaction)))


def apply(state: frozenset[Reaction], events: list[tuple[Reaction, bool]]) -> frozenset[Reaction]:
    for reaction, on in events:
        state = state | {reaction} if on else state - {reaction}
    return state


def test_pressing_what_is_active_takes_it_back() -> None:
    assert press(Reaction.LIKE, frozenset({Reaction.LIKE, Reaction.SAVE})) == [(Reaction.LIKE, False)]


def test_a_verdict_clears_its_opposite() -> None:
    after = apply(
        frozenset({Reaction.DISLIKE, Reaction.HIDE}), press(Reaction.LIKE, frozenset({Reaction.DISLIKE, Reaction.HIDE}))
    )
    assert after == {Reaction.LIKE}


def test_saving_and_liking_stand_together() -> None:
    assert press(Reaction.SAVE, frozenset({Reaction.LIKE})) == [(Reaction.SAVE, True)]


@given(st.lists(st.sampled_from(list(Reaction)), max_size=20))
def test_no_sequence_of_presses_leaves_a_paper_both_liked_and_disliked(presses: list[Reaction]) -> None:
    state: frozenset[Reaction] = frozenset()
    for reaction in presses:
        state = apply(state, press(reaction, state))
        assert not (state & POSITIVE and state & NEGATIVE)


@given(STATES, st.sampled_from(list(Reaction)))
def test_pressing_flips_exactly_that_reaction(state: frozenset[Reaction], reaction: Reaction) -> None:
    assert (reaction in apply(state, press(reaction, state))) != (reaction in state)
