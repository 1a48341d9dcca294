"""Compose a digest: what a person would be pushed now. A preview shows nothing as seen."""

from bot.domain.chat import Address
from bot.domain.person import PersonId
from bot.usecases.context import Context
from bot.usecases.recommend import Asked, Recommendation, recommend

DIGEST_SIZE = 5


async def preview_digest(context: Context, person_id: PersonId, address: Address, size: int) -> Recommendation:
    """The digest of this moment: the same ranking as `recommend`, not counted as shown.

    Digests for many come from `score_profiles`, which gives each person exactly this list but for exploration picks.
    """
    asked = Asked(n=size, days=context.fresh_days)
    return await recommend(context, person_id, address, asked, surface="digest preview", show=False)
