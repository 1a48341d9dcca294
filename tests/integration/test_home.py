"""A person's own page, on the composed core."""

from datetime import timedelta

from bot.domain.chat import direct
from bot.domain.delivery import DeliveryState, PlannedDelivery, SkipReason
from bot.domain.home import Home, HomeSection
from bot.usecases.home import show_home
from tests.integration.world import CLEO, World, library, words_of


def part(home: Home, heading: str) -> HomeSection:
    return next(each for each in home.sections if words_of(each.said).startswith(heading))


async def test_the_page_of_somebody_new_says_how_to_begin_and_makes_nobody(world: World) -> None:
    home = await show_home(world.context, CLEO)
    assert part(home, "Your interests").entries == ()
    assert [each.command for each in part(home, "Your interests").forms] == ["interests add"]
    assert [each.label for each in part(home, "Your digest").forms] == ["Set one up"]
    assert "Nothing saved" in words_of(part(home, "Saved").said)
    async with world.context.store.read() as uow:
        assert await uow.people.find(CLEO) is None


async def test_what_is_kept_can_be_taken_away_with_the_button_beside_it(world: World) -> None:
    await library(world)
    await world.ask("interests add diffusion models, robots", CLEO)
    await world.ask("interests mute blockchain", CLEO)
    await world.ask("save arXiv:2603.00001", CLEO)
    await world.ask("save arXiv:2603.00002", CLEO)
    home = await show_home(world.context, CLEO)
    assert [entry.text for entry in part(home, "Your interests").entries] == [
        "diffusion models",
        "robots",
        "mute: blockchain",
    ]
    saved = part(home, "Saved").entries
    assert [(entry.text, entry.url) for entry in saved] == [
        ("Latent diffusion models on a budget", "https://arxiv.org/abs/2603.00002"),
        ("Diffusion models for protein design", "https://arxiv.org/abs/2603.00001"),
    ]
    for entry in (*part(home, "Your interests").entries[:2], saved[0]):
        await world.ask(entry.remove.command, CLEO)
    home = await show_home(world.context, CLEO)
    assert [entry.text for entry in part(home, "Your interests").entries] == ["mute: blockchain"]
    assert [entry.text for entry in part(home, "Saved").entries] == ["Diffusion models for protein design"]


async def test_the_digest_is_told_with_what_would_order_it_again(world: World) -> None:
    await world.ask("digest subscribe mon,thu 08:30 Europe/Berlin 7 few tell", CLEO)
    digest = part(await show_home(world.context, CLEO), "Your digest")
    assert digest.known == {
        "days": "mon,thu",
        "time": "08:30",
        "zone": "Europe/Berlin",
        "n": 7,
        "threshold": "few",
        "empty": "tell",
    }
    assert [each.label for each in digest.said.buttons] == ["What it would hold now", "Pause", "Stop"]
    assert "digest preview" not in str(digest.said.blocks)
    await world.ask(digest.said.buttons[1].command, CLEO)
    paused = part(await show_home(world.context, CLEO), "Your digest")
    assert [each.command for each in paused.said.buttons] == ["digest preview", "digest resume", "digest stop"]


async def test_why_the_last_digest_was_empty_is_told(world: World) -> None:
    await world.ask("digest subscribe daily 08:00 UTC", CLEO)
    async with world.context.store.write() as uow:
        person = await uow.people.find(CLEO)
        assert person is not None
        subscription = await uow.subscriptions.find(person.id)
        assert subscription is not None
        now = world.clock.now()
        why, skipped = SkipReason.NOTHING_CLOSE.value, DeliveryState.SKIPPED
        planned = PlannedDelivery(subscription.id, person.id, now.date(), now, direct(CLEO), skipped, why)
        await uow.deliveries.plan([planned], now)
    said = str(part(await show_home(world.context, CLEO), "Your digest").said.blocks)
    assert "none, nothing was close enough to your interests" in said


async def test_long_lists_are_cut_and_say_so(world: World) -> None:
    for number in range(50):
        await world.ask(f"interests add topic number {number}", CLEO)
        world.clock.advance(timedelta(seconds=1))
    interests = part(await show_home(world.context, CLEO), "Your interests")
    assert len(interests.entries) == 40
    assert interests.more == "10 more: `interests` lists all."


async def test_everything_can_be_erased_from_the_page(world: World) -> None:
    await world.ask("interests add robots", CLEO)
    (final,) = part(await show_home(world.context, CLEO), "Your data").final
    await world.ask(final.command, CLEO)
    assert part(await show_home(world.context, CLEO), "Your interests").entries == ()
