"""Cards for posted links, as the chat surfaces are handed them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.chat import Address, Message
from bot.domain.person import Account
from bot.messages.links import cards_switched, link_cards
from bot.usecases.context import Context
from bot.usecases.link_cards import linked_papers, switch_cards


@dataclass(frozen=True, slots=True)
class ContextLinks:
    """Implements adapters.chat.inside.LinkCards."""

    context: Context

    async def switch(self, channel: Address, on: bool) -> Message:
        await switch_cards(self.context, channel, on)
        return cards_switched(on)

    async def cards(self, channel: Account, address: Address, text: str) -> Sequence[Message]:
        return link_cards(await linked_papers(self.context, channel, address, text))

    async def unfolded(self, channel: Account, address: Address, url: str) -> Sequence[Message]:
        return link_cards(await linked_papers(self.context, channel, address, url, always=True))
