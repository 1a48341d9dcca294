"""What the adapter needs from inside Paperboy: the links that a mail carries, most of them signed for one mailbox."""

from typing import Protocol

from bot.domain.paper import PaperId


class MailLinks(Protocol):
    """Every link, but those to papers, opens a page that asks for a confirming click: programs that read mail follow
    links, too."""

    def reaction(self, address: str, paper: PaperId, reaction: str) -> str:
        """Where `reaction` (like, dislike, save) to a paper is confirmed."""
        ...

    def why(self, address: str, paper: PaperId) -> str:
        """Where a paper's score is explained."""
        ...

    def paper(self, paper: PaperId) -> str:
        """The paper's own page, the same for everybody; empty where nobody knows yet where the page is."""
        ...

    def manage(self, address: str) -> str:
        """Where a link to the person's page is asked for, or the page itself."""
        ...

    def unsubscribe(self, address: str) -> str:
        """Where digests are stopped: a page for people, and the target of RFC 8058's one click. Never expires."""
        ...
