"""What mails and the pages around them say, besides digests."""

from bot.domain.chat import Message, Text
from bot.domain.mail_wish import MailWish
from bot.domain.subscription import Content
from bot.domain.zone_words import zone_label

UNDELIVERABLE = "Mails to your address came back again and again ({status})."
"""Why digests stopped by themselves."""


def wish_words(wish: MailWish) -> str:
    """What was asked for, as the object of a sentence. What somebody typed is not repeated to an address that may be
    another's: else anybody could send anybody anything."""
    what = "papers by interest" if wish.content is Content.PERSONAL else "trending papers"
    zone = f" ({zone_label(wish.zone)})" if wish.zone else ""
    return f"{what}, {wish.rhythm} at 08:00{zone}"


def confirmation(wish: MailWish, url: str) -> Message:
    """The mail that asks whether its reader wants more of them."""
    return Message(
        (
            Text("Confirm your subscription", "heading"),
            Text(f"Somebody, probably you, asked Paperboy to bring {wish_words(wish)}, to this address."),
            Text("To start it, open this page and press the button there:"),
            Text(url, "link"),
            Text("If it was not you, do nothing: without your confirmation no other mail comes.", "note"),
            Text("The link is good for two days.", "note"),
        )
    )


def way_in(url: str) -> Message:
    """The mail with the link to a person's page."""
    return Message(
        (
            Text("Your page at Paperboy", "heading"),
            Text("Interests, days and time, what you said about papers, your data: all on this page."),
            Text(url, "link"),
            Text("The link is good for a day. Whoever has it can change all of that: do not pass it on.", "note"),
        )
    )


def unsubscribed() -> Message:
    return Message((Text("No more digests come to this address."),))
