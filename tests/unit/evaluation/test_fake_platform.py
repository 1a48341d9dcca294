"""The fakes behave like the platforms that they stand for: tests of delivery are worth as much as they are."""

import pytest

from bot.evaluation.fake_platform import FakePlatform, Faults, Kind, found_of, receipt_of
from bot.ports import DeliveryError, LookUpUnsupportedError


class Now:
    def __init__(self) -> None:
        self.value = 1_000.0

    def __call__(self) -> float:
        return self.value


def platform(kind: Kind, faults: Faults | None = None, now: Now | None = None) -> FakePlatform:
    return FakePlatform(kind, now or Now(), faults or Faults())


def test_discord_knows_a_nonce_for_three_minutes_and_no_longer() -> None:
    now = Now()
    discord = platform("discord", now=now)
    first = discord.post("c", "token", "hello")
    now.value += 179
    assert discord.post("c", "token", "hello") == first
    assert discord.post("c", "other", "hello") != first
    now.value += 2
    assert discord.post("c", "token", "hello") != first
    assert len(discord.kept) == 3


def test_slack_never_tells_a_second_message_from_the_first() -> None:
    slack = platform("slack")
    assert slack.post("c", "token", "hello") != slack.post("c", "token", "hello")


@pytest.mark.parametrize("kind", ["discord", "slack"])
def test_a_history_can_be_searched_by_token_channel_and_time(kind: Kind) -> None:
    now = Now()
    chat = platform(kind, now=now)
    sent = chat.post("c", "token", "hello")
    assert found_of(chat.search("c", "token", now.value - 1)) == receipt_of(sent)
    assert found_of(chat.search("c", "token", now.value + 1)) is None
    assert found_of(chat.search("d", "token", now.value - 1)) is None


def test_mail_takes_everything_and_cannot_be_asked() -> None:
    mail = platform("mail")
    mail.post("c", "token", "hello")
    mail.post("c", "token", "hello")
    assert len(mail.kept) == 2
    with pytest.raises(LookUpUnsupportedError):
        found_of(mail.search("c", "token", 0.0))


def test_without_an_answer_the_message_is_there_all_the_same() -> None:
    slack = platform("slack", Faults(mute=1.0))
    with pytest.raises(DeliveryError) as silent:
        receipt_of(slack.post("c", "token", "hello"))
    assert silent.value.unknown
    assert len(slack.kept) == 1


def test_of_the_platforms_own_errors_half_come_after_it_took_the_message() -> None:
    slack = platform("slack", Faults(failed=1.0))
    answers = [slack.post("c", str(number), "hello") for number in range(1_000)]
    assert {answer.status for answer in answers} == {500}
    assert 400 < len(slack.kept) < 600


def test_what_is_refused_is_not_there() -> None:
    slack = platform("slack", Faults(refused=1.0))
    with pytest.raises(DeliveryError) as busy:
        receipt_of(slack.post("c", "token", "hello"))
    assert not busy.value.unknown
    assert not busy.value.permanent
    assert slack.kept == []


def test_a_storm_says_when_it_is_over() -> None:
    now = Now()
    slack = platform("slack", Faults(storm_s=5, storm_every_s=100), now)
    with pytest.raises(DeliveryError) as storm:
        receipt_of(slack.post("c", "token", "hello"))
    assert storm.value.retry_after_s == 5.0
    now.value += 5
    assert receipt_of(slack.post("c", "token", "hello"))


def test_a_channel_that_is_gone_is_gone_for_good() -> None:
    slack = platform("slack")
    slack.gone.add("c")
    for answer in (slack.post("c", "token", "hello"), slack.search("c", "token", 0.0)):
        with pytest.raises(DeliveryError) as gone:
            found_of(answer)
        assert gone.value.permanent
