"""The Home tab: a person's own page, made anew whenever they open it or change something there."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.commands import lacking
from adapters.chat.wording import cut
from adapters.slack.answering import Answering, is_words
from adapters.slack.asking import Asking
from adapters.slack.controls import Press
from adapters.slack.errors import TROUBLE, delivery_error
from adapters.slack.forms import TOO_LATE, Origin, form
from adapters.slack.home_blocks import home_view
from adapters.slack.inside import ShowHome
from adapters.slack.patience import patiently
from adapters.slack.profile import profile_of
from adapters.slack.scene import Scene
from bot.domain.chat import Message, Text
from bot.domain.command import CommandSpec
from bot.domain.plain_text import clean_line

log = structlog.get_logger()


ANSWERED_ELSEWHERE = "The answer is in our direct messages, under Messages."
_NOTICE = 500


class HomeTab:
    def __init__(self, show: ShowHome, asking: Asking, answering: Answering) -> None:
        self._show = show
        self._asking = asking
        self._answering = answering

    async def publish(self, scene: Scene, notice: str = "") -> None:
        """Show the page, with a word on what was just done. What Slack does not take is logged."""

        async def publish() -> None:
            view = home_view(await self._show(scene.account), notice, self._asking.specs)
            await scene.client.views_publish(user_id=scene.user, view=view)

        try:
            await patiently(publish)
        except TROUBLE as error:
            log.warning("slack took no home tab", reason=str(delivery_error(error)))

    async def pressed(self, scene: Scene, press: Press, trigger: str) -> None:
        spec = self._asking.specs.get(press.argument)
        if press.kind == "form" and spec is not None:
            await self._open(scene, spec, trigger)
        else:
            await self.changed(scene, await self._asking.ask(scene, press.argument))

    async def changed(self, scene: Scene, answer: Message) -> None:
        """Show what came of a command: papers and files as messages, everything else on the page."""
        if is_words(answer):
            said = (block for block in answer.blocks if isinstance(block, Text) and block.style != "note")
            await self.publish(scene, cut(clean_line(" ".join(block.text for block in said)), _NOTICE))
        else:
            await self._answering.show(scene, answer)
            await self.publish(scene, ANSWERED_ELSEWHERE)

    async def _open(self, scene: Scene, spec: CommandSpec, trigger: str) -> None:
        """A form for a command, filled in with what is known of it; where it does not open, the page says so."""
        page = await self._show(scene.account)
        offered = {each.command: (each.label, part.known) for part in page.sections for each in part.forms}
        title, known = offered.get(spec.name, ("", {}))
        options = lacking(spec) or list(spec.options)
        if not known and any(option.kind == "zone" for option in options):
            known = {"zone": (await profile_of(scene)).zone}
        try:
            view = form(spec, options, Origin(spec.name), known, title)
            await scene.client.views_open(trigger_id=trigger, view=view)
        except TROUBLE as error:
            log.warning("slack opened no form", reason=str(delivery_error(error, asked=False)))
            await self.publish(scene, TOO_LATE)


def answer_home(app: AsyncApp, home: HomeTab) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            await home.publish(Scene(client, context.team_id or "", str(event["user"]), is_alone=True))
