"""Delivery on both databases, with platforms that behave like real ones: each sentence of its contract."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.chat import Address, Message, Receipt, direct
from bot.domain.delivery import Delivery, DeliveryKind, DeliveryState, SkipReason
from bot.domain.person import Account, PersonId
from bot.evaluation.fake_platform import FakePlatform, FakePlatformAdapter, Faults
from bot.scheduler import SendLoop
from bot.usecases.delivery_record import Patience
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import ADA, BEN, CLEO, DIFFUSION, World, ids, paper

GENERAL = Address("discord", "general")
CHANNEL = Address("slack", "C1", "T1")
MAILBOX = Address("mail", "ada@example.org")
MUTE = Faults(mute=1.0)
CALM = Faults()


@pytest.fixture
def post(read: World) -> Post:
    return open_post(read)


class Watched(FakePlatformAdapter):
    """Keeps what the ledger says at the moment of each request."""

    def __init__(self, platform: FakePlatform, post: Post) -> None:
        super().__init__(platform, "cards")
        self._post = post
        self.seen: list[Delivery] = []

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        async with self._post.context.store.read() as uow:
            person = await uow.people.find(ADA)
            assert person is not None
            self.seen += await uow.deliveries.log(person.id, 1)
        return await super().send(address, message, token, thread=thread)


async def test_a_digest_is_planned_composed_and_sent_at_its_time_once(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    await post.deliver()
    assert await post.log(ada) == []
    post.world.later(minutes=1)
    for _ in range(3):
        await post.deliver()
    (sent,) = await post.log(ada)
    assert (sent.state, sent.period, len(sent.entries)) == (DeliveryState.SENT, post.now.date(), 2)
    (message,) = post.kept()
    assert message.text.startswith("Your papers for Monday, 16 March")
    post.world.later(days=1)
    await post.deliver()
    assert [one.state for one in await post.log(ada)] == [DeliveryState.SENT, DeliveryState.SENT]
    assert len(post.kept()) == 2


async def test_the_row_exists_before_the_send_and_every_part_has_a_token_of_its_own(post: Post) -> None:
    """A header and a card for each paper; each is written down as attempted before it is asked for."""
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    watched = Watched(post.platforms["discord"], post)
    sender = post.sender()
    adapters = {**sender.adapters, "discord": watched}
    await SendLoop(post.sender(adapters=adapters)).turn()
    assert [one.state for one in watched.seen] == [DeliveryState.SENDING] * 3
    assert [[part.attempted_at is not None for part in one.parts] for one in watched.seen] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    tokens = [kept.token for kept in post.kept()]
    assert len(set(tokens)) == 3
    assert {len(token) for token in tokens} <= set(range(1, 26))
    assert [kept.thread for kept in post.kept()] == ["", "discord-1", "discord-1"]
    assert [part.token for part in (await post.last(ada)).parts] == tokens


async def test_what_another_worker_has_claimed_is_left_alone(post: Post) -> None:
    people = [await post.person(account, "interests add diffusion models") for account in (ADA, BEN, CLEO)]
    for number, person in enumerate(people):
        await post.due(person, Address("slack", f"C{number}", "T1"))
    await asyncio.gather(*(SendLoop(post.sender()).turn() for _ in range(3)))
    assert sorted(kept.channel for kept in post.kept("slack")) == ["C0", "C1", "C2"]


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_a_message_without_an_answer_is_looked_up_before_anything_is_sent_again(
    post: Post, platform: str
) -> None:
    """Also long after Discord has forgotten the nonce."""
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, Address(platform, "general"), faults=MUTE)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.UNKNOWN
    post.calm()
    post.world.later(hours=1)
    await post.turn()
    sent = await post.last(ada)
    assert (sent.state, sent.parts[0].message_id) == (DeliveryState.SENT, f"{platform}-1")
    assert len(post.kept(platform)) == 1


async def test_what_is_not_found_is_sent_again_but_not_before_the_platform_had_time(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL, faults=MUTE)
    await post.turn()
    lost = post.platforms["slack"].forget_all()
    post.calm()
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.UNKNOWN
    post.world.later(seconds=40)
    await post.turn()
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert [kept.token for kept in post.kept("slack")] == [kept.token for kept in lost]


async def test_a_lease_that_ran_out_with_a_request_under_way_is_unknown(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL)
    sender = post.sender()
    (claimed,) = await sender.claim(1)
    begun = await post.record().begin(claimed, claimed.shortlist, 1)
    assert begun is not None
    await sender.adapters["slack"].send(CHANNEL, Message(()), begun.parts[0].token)
    # Here the process is killed.
    post.world.later(minutes=4)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert len(post.kept("slack")) == 1


async def test_a_lease_that_ran_out_before_any_request_is_simply_tried_again(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, MAILBOX)
    assert len(await post.sender().claim(1)) == 1
    post.world.later(minutes=4)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT


async def test_a_place_that_is_gone_before_it_could_be_asked_stops_the_subscription(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL, faults=MUTE)
    await post.turn()
    post.calm()
    post.platforms["slack"].gone.add("C1")
    post.world.later(minutes=1)
    await post.turn()
    assert [(one.state, one.reason) for one in await post.log(ada)][-1] == (
        DeliveryState.FAILED,
        "the channel is gone",
    )
    async with post.context.store.read() as uow:
        subscription = await uow.subscriptions.find(ada)
    assert subscription is not None
    assert subscription.is_disabled


async def test_a_platform_that_cannot_be_asked_just_now_is_asked_again(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL, faults=MUTE)
    await post.turn()
    post.platforms["slack"].faults = Faults(refused=1.0)
    post.world.later(minutes=1)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.UNKNOWN
    post.calm()
    post.world.later(minutes=1)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert len(post.kept("slack")) == 1


async def test_what_could_not_be_asked_for_a_day_is_left_unknown(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL, faults=MUTE)
    await post.turn()
    post.platforms["slack"].faults = Faults(refused=1.0)
    post.world.later(hours=25)
    await post.turn()
    left = await post.last(ada)
    assert (left.state, left.retry_at, left.reason) == (DeliveryState.UNKNOWN, None, "the platform is busy")


async def test_mail_that_may_have_arrived_is_not_sent_again_and_says_so(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, MAILBOX, faults=MUTE)
    await post.turn()
    post.calm()
    for _ in range(3):
        post.world.later(hours=1)
        await post.turn()
    unknown = await post.last(ada)
    assert (unknown.state, unknown.retry_at) == (DeliveryState.UNKNOWN, None)
    assert "mail cannot be asked" in unknown.reason
    assert len(post.kept("mail")) == 1
    shown = await post.world.ask("recommend 5", ADA)
    assert len(shown) == 1, "its two papers count as shown"


async def test_a_second_try_by_mail_has_the_same_message_id(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, MAILBOX, faults=Faults(refused=1.0))
    await post.turn()
    (part,) = (await post.last(ada)).parts
    post.calm()
    post.world.later(minutes=1)
    await post.turn()
    assert [kept.token for kept in post.kept("mail")] == [part.token]


async def test_a_digest_in_several_messages_goes_on_where_it_was_cut(post: Post) -> None:
    """The header arrived, the first card may have; the process is gone. Nothing comes twice, nothing is left out."""
    post.forms["slack"] = "cards"
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL, size=3)
    sender = post.sender()
    (claimed,) = await sender.claim(1)
    record = post.record()
    begun = await record.begin(claimed, claimed.shortlist, 1 + len(claimed.shortlist))
    assert begun is not None
    receipt = await sender.adapters["slack"].send(CHANNEL, Message(()), begun.parts[0].token)
    attempted = await record.attempt(await record.arrived(begun, 0, receipt), 1)
    await sender.adapters["slack"].send(CHANNEL, Message(()), attempted.parts[1].token)
    post.world.later(minutes=4)
    await post.turn()
    await post.turn()
    sent = await post.last(ada)
    assert sent.state == DeliveryState.SENT
    assert [kept.token for kept in post.kept("slack")] == [part.token for part in sent.parts]
    papers = [kept.text for kept in post.kept("slack")[2:]]
    async with post.context.store.read() as uow:
        stored = await uow.papers.by_keys(sent.entries)
    assert papers == [stored[key].id for key in sent.entries[1:]]


async def test_a_missed_period_is_caught_up_once_within_a_day(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    post.world.later(hours=23)
    await post.deliver()
    await post.deliver()
    assert [one.state for one in await post.log(ada)] == [DeliveryState.SENT]


async def test_a_period_missed_for_longer_is_skipped_as_missed(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    post.world.later(days=3, hours=1)
    await post.deliver()
    found = [(one.state, one.reason) for one in await post.log(ada)]
    assert found == [(DeliveryState.SENT, ""), *[(DeliveryState.SKIPPED, "missed")] * 3]
    assert len(post.kept()) == 1


async def test_what_was_composed_but_never_claimed_for_a_day_was_missed(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    post.world.later(hours=25)
    await post.turn()
    missed = await post.last(ada)
    assert (missed.state, missed.reason, post.kept()) == (DeliveryState.SKIPPED, SkipReason.MISSED, [])


async def test_retry_after_is_obeyed(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL, faults=Faults(storm_s=600, storm_every_s=600))
    wait = post.platforms["discord"].post("elsewhere", "t", "").retry_after_s
    await post.turn()
    waiting = await post.last(ada)
    assert (waiting.state, waiting.retry_at) == (DeliveryState.RETRY, post.now + timedelta(seconds=wait))
    post.calm()
    post.world.later(seconds=wait - 1)
    await post.turn()
    assert post.kept() == []
    post.world.later(seconds=1)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT


async def test_tries_are_ever_further_apart_and_spread_and_end_after_a_day(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL, faults=Faults(refused=1.0))
    waits = []
    while True:
        await post.turn()
        row = await post.last(ada)
        if row.retry_at is None:
            break
        waits.append((row.retry_at - post.now).total_seconds())
        post.world.clock.advance(row.retry_at - post.now)
    # A random of 0.5 leaves three quarters of 15 s, 30 s, 1 min ... 1 h.
    assert waits[:4] == [11.25, 22.5, 45.0, 90.0]
    assert waits[-1] == 2700.0
    assert row.state == DeliveryState.FAILED
    assert "given up" in row.reason
    assert "busy" in row.reason
    async with post.context.store.read() as uow:
        subscription = await uow.subscriptions.find(ada)
    assert subscription is not None
    assert not subscription.is_disabled, "tomorrow is another day"
    assert len(await post.world.ask("recommend 5", ADA)) == 3, "nothing arrived, so nothing counts as shown"


async def test_a_permanent_failure_stops_the_subscription_and_is_told_on_another_surface(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    code = (await post.world.ask("link", ADA))["code"]
    await post.world.ask(f"link {code}", CLEO)
    await post.due(ada, GENERAL)
    post.platforms["discord"].gone.add("general")
    await post.turn()
    async with post.context.store.read() as uow:
        subscription = await uow.subscriptions.find(ada)
    assert subscription is not None
    assert (subscription.is_disabled, subscription.disabled_reason) == (True, "the channel is gone")
    await post.turn()
    (told,) = post.kept("slack")
    assert (told.channel, told.text.splitlines()[0]) == (f"user:{CLEO.user}", "Your digests have stopped")
    assert "the channel is gone" in told.text
    kinds = {one.kind: one.state for one in await post.log(ada)}
    assert kinds == {DeliveryKind.DIGEST: DeliveryState.FAILED, DeliveryKind.NOTICE: DeliveryState.SENT}
    post.world.later(days=2)
    await post.deliver()
    assert len(await post.log(ada)) == 2, "nothing is planned any more"


async def test_the_operator_is_told_of_a_channel_whose_digests_stop(post: Post) -> None:
    post.operator = Address("slack", "OPS", "T1")
    channel = await post.person(Account("discord", "general", kind="channel"), "interests add diffusion models")
    await post.due(channel, GENERAL)
    post.platforms["discord"].gone.add("general")
    await post.turn()
    await post.turn()
    (told,) = post.kept("slack")
    assert (told.channel, told.text.splitlines()[0]) == ("OPS", "A channel's digests have stopped")
    assert "the channel general on Discord any more: the channel is gone" in told.text
    post.world.later(days=2)
    await post.deliver()
    assert len(post.kept("slack")) == 1, "it is told once"


async def test_an_operator_whose_own_digest_stops_is_told_of_that(post: Post) -> None:
    """Also where that is told at the very place that hears of channels."""
    post.operator = direct(CLEO)
    await stopped_by_itself(post)
    await post.turn()
    (told,) = post.kept("slack")
    assert (told.channel, told.text.splitlines()[0]) == (f"user:{CLEO.user}", "Your digests have stopped")


async def test_a_channel_that_stops_is_not_told_to_itself(post: Post) -> None:
    post.operator = GENERAL
    channel = await post.person(Account("discord", "general", kind="channel"), "interests add diffusion models")
    await post.due(channel, GENERAL)
    post.platforms["discord"].gone.add("general")
    await post.turn()
    assert [one.kind for one in await post.log(channel)] == [DeliveryKind.DIGEST]


async def stopped_by_itself(post: Post) -> PersonId:
    """Ada, who is also Cleo, has lost her channel; a notice waits for her."""
    ada = await post.person(ADA, "interests add diffusion models")
    code = (await post.world.ask("link", ADA))["code"]
    await post.world.ask(f"link {code}", CLEO)
    await post.due(ada, GENERAL)
    post.platforms["discord"].gone.add("general")
    await post.turn("discord")
    return ada


async def test_the_notice_waits_for_its_surface_longer_than_a_digest_would(post: Post) -> None:
    ada = await stopped_by_itself(post)
    post.world.later(days=3)
    await post.turn()
    (told,) = post.kept("slack")
    assert told.text.splitlines()[0] == "Your digests have stopped"
    assert (await post.last(ada)).state == DeliveryState.SENT


async def test_a_late_notice_is_tried_again_where_its_surface_is_in_trouble(post: Post) -> None:
    ada = await stopped_by_itself(post)
    post.world.later(days=3)
    post.platforms["slack"].faults = Faults(refused=1.0)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.RETRY
    post.calm()
    post.world.later(hours=1)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert len(post.kept("slack")) == 1


async def test_a_notice_that_never_arrives_is_given_up_after_as_many_tries_as_a_day_has(post: Post) -> None:
    post.patience = Patience(notices=3)
    ada = await stopped_by_itself(post)
    post.platforms["slack"].faults = Faults(refused=1.0)
    for state in (DeliveryState.RETRY, DeliveryState.RETRY, DeliveryState.FAILED):
        await post.turn()
        assert (await post.last(ada)).state == state
        post.world.later(hours=1)


async def test_who_started_the_digests_again_is_not_told_that_they_have_stopped(post: Post) -> None:
    ada = await stopped_by_itself(post)
    await post.world.ask("digest resume", ADA)
    await post.turn()
    assert post.kept("slack") == []
    last = await post.last(ada)
    assert (last.kind, last.state, last.reason) == (DeliveryKind.NOTICE, DeliveryState.SKIPPED, SkipReason.RESUMED)


async def test_who_has_no_other_surface_is_told_by_the_subscription_alone(post: Post) -> None:
    ben = await post.person(BEN, "interests add diffusion models")
    await post.due(ben, Address("discord", "user:1001"))
    post.platforms["discord"].gone.add("user:1001")
    await post.turn()
    assert [(one.kind, one.state) for one in await post.log(ben)] == [(DeliveryKind.DIGEST, DeliveryState.FAILED)]


async def test_what_was_shown_is_an_impression_with_its_position_and_comes_once(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    await post.turn()
    sent = await post.last(ada)
    async with post.context.store.read() as uow:
        shown = await uow.impressions.log(ada)
    assert [(one.paper, one.position, one.surface) for one in shown] == [
        (key, place, "digest") for place, key in enumerate(sent.entries, start=1)
    ]
    recommended = await post.world.ask("recommend 5", ADA)
    assert len(recommended) == 1
    assert not {line for kept in post.kept() for line in kept.text.splitlines()} & set(ids(recommended))


async def test_papers_that_were_seen_or_judged_after_composing_are_left_out(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL, size=3)
    (first,) = ids(await post.world.ask("recommend 1", ADA))
    (second, third) = ids(await post.world.ask("digest preview 2", ADA))
    await post.world.ask(f"hide {second}", ADA)
    await post.turn()
    (message,) = post.kept()
    assert {first, second, third} == DIFFUSION
    assert [line for line in message.text.splitlines() if line.startswith("arXiv:")] == [third]


async def test_everything_seen_after_composing_is_a_skip_with_that_reason(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    await post.world.ask("recommend 5", ADA)
    await post.turn()
    skipped = await post.last(ada)
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, SkipReason.ALL_SEEN)


async def test_a_preview_is_what_is_sent(post: Post) -> None:
    """With likes and dislikes, so that exploration has its say, on several days."""
    ada = await post.person(ADA, "interests add diffusion models, recommendation", "like arXiv:2603.00001")
    await post.world.ask("dislike arXiv:2603.00010", ADA)
    await post.subscribe(ada, GENERAL, size=3)
    for _ in range(3):
        post.world.later(minutes=1)
        await post.plan()
        await post.compose()
        previewed = ids(await post.world.ask("digest preview", ADA))
        await post.turn()
        sent = [line for line in post.kept()[-1].text.splitlines() if line.startswith("arXiv:")]
        assert sent == previewed
        post.world.later(days=1)
        for number in range(3):
            new = paper(100 + len(post.kept()) * 10 + number, f"Diffusion models, part {number}")
            await post.world.add(new)
    assert len(post.kept()) == 3


async def test_numbers_refer_to_the_digest_after_it_came(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models, recommendation")
    here = Address("console", "here")
    await post.subscribe(ada, here)
    post.platforms["console"] = FakePlatform("discord", post.seconds)
    await post.world.ask("search quantum", ADA)
    post.world.later(minutes=1)
    await post.deliver()
    sent = [line for line in post.kept("console")[0].text.splitlines() if line.startswith("arXiv:")]
    why = await post.world.ask("why 1", ADA)
    assert (why["id"], why["rank"]) == (sent[0], 1)
    assert (await post.world.ask("like 2", ADA))["id"] == sent[1]


async def test_limits_are_waited_for_before_every_message(post: Post) -> None:
    post.forms["slack"] = "cards"
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, CHANNEL)
    await post.turn()
    assert len(post.limits.asked) == 3
    assert all("C1" in key for key in post.limits.asked)


async def test_who_stops_and_subscribes_again_on_one_day_gets_no_second_digest_that_day(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL, size=1)
    await post.turn()
    await post.world.ask("digest stop", ADA)
    again = await post.world.ask("digest subscribe daily 12:30 utc", ADA)
    assert again["next_period"] == "2026-03-17"
    post.world.later(minutes=30)
    await post.deliver()
    assert len(post.kept()) == 1


async def test_who_stopped_before_anything_came_gets_the_digest_of_the_day(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    await post.world.ask("digest stop", ADA)
    again = await post.world.ask("digest subscribe daily 12:30 utc", ADA)
    assert again["next_period"] == "2026-03-16"


async def test_a_digest_that_waits_goes_along_when_its_subscription_moves(post: Post) -> None:
    """Planned, composed or to be tried again: nothing of it was sent yet."""
    ben = await post.person(BEN, "interests add diffusion models")
    await post.due(ben, Address("slack", "C1", "T1"))
    await post.world.ask("digest subscribe", BEN)
    assert (await post.last(ben)).address == Address("discord", "here")
    await post.turn()
    assert (await post.last(ben)).state == DeliveryState.SENT
    assert (len(post.kept("discord")), len(post.kept("slack"))) == (1, 0)


async def test_a_digest_that_was_begun_ends_where_it_began(post: Post) -> None:
    """Whether a message arrived can only be asked where it was sent."""
    ben = await post.person(BEN, "interests add diffusion models")
    slack = Address("slack", "C1", "T1")
    await post.due(ben, slack, faults=Faults(mute=1.0))
    await post.turn()
    post.calm()
    await post.world.ask("digest subscribe", BEN)
    post.world.later(minutes=1)
    await post.turn()
    last = await post.last(ben)
    assert (last.state, last.address) == (DeliveryState.SENT, slack)
    assert (len(post.kept("discord")), len(post.kept("slack"))) == (0, 1)
