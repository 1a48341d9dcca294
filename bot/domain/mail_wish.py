"""What somebody asks for who subscribes by mail, and how a link carries it until they confirm it."""

from dataclasses import dataclass

from bot.domain.subscription import Content

RHYTHMS = ("daily", "weekly")
"""How often, in the words of `bot.domain.schedule_words`."""


@dataclass(frozen=True, slots=True)
class MailWish:
    """`interests` are words with commas between, and empty for who wants what everybody reads; `zone` is an IANA
    name."""

    rhythm: str = "daily"
    interests: str = ""
    zone: str = ""

    @property
    def content(self) -> Content:
        return Content.PERSONAL if self.interests.strip() else Content.TRENDING

    @property
    def details(self) -> tuple[str, ...]:
        return (self.rhythm, self.interests, self.zone)

    @classmethod
    def of(cls, details: tuple[str, ...]) -> "MailWish":
        return cls(*details)
