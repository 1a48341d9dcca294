"""Every table. `store/migrations` must lead to exactly this; a test holds the two together."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    literal_column,
)

from store.types import CleanText, IdText, Key, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _paper_key() -> Column[int]:
    return Column("paper_key", Key, ForeignKey("papers.key", ondelete="CASCADE"), nullable=False)


def _person_id(*, primary_key: bool = False) -> Column[int]:
    reference = ForeignKey("people.id", ondelete="CASCADE")
    return Column("person_id", Key, reference, primary_key=primary_key, nullable=False, autoincrement=False)


def _partial_index(name: str, where: ColumnElement[bool], *columns: Column[Any]) -> None:
    """An index of the rows for which `where` holds."""
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


# Numbers given out: the last paper key, revision and segment slot. Writers queue on a row of it.
counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Key, nullable=False),
)

papers = Table(
    "papers",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("paper_id", IdText, nullable=False, unique=True),
    # The id that the title alone would give: short whatever the title, and what title-hash records are matched by.
    Column("title_key", IdText, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("version", Integer),
    Column("doi", IdText),
    Column("year", Integer),
    Column("submitted_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
    Column("announced_at", UtcDateTime, index=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("fresh_at", UtcDateTime, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("pdf_url", Text, nullable=False),
    Column("code_url", Text, nullable=False),
    Column("upvotes", Integer),
    Column("comments", Integer),
    Column("submitted_by", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("raw_title", Text),
    Column("raw_abstract", Text),
    # Of the record that was last merged in: the same record again cannot change anything.
    Column("content_hash", LargeBinary, nullable=False),
    Column("revision", Key, nullable=False, index=True),
)
_partial_index(
    "ix_papers_doi",
    papers.c.doi.is_not(None),
    papers.c.doi,
)
_partial_index(
    "ix_papers_samples",
    papers.c.source == "sample",
    papers.c.key,
)

paper_aliases = Table("paper_aliases", metadata, Column("paper_id", IdText, primary_key=True), _paper_key())
Index("ix_paper_aliases_paper_key", paper_aliases.c.paper_key)

# The texts that a newer version replaced.
paper_versions = Table(
    "paper_versions",
    metadata,
    Column("id", Key, primary_key=True),
    _paper_key(),
    Column("version", Integer),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_paper_versions_paper_key", paper_versions.c.paper_key)

deleted_papers = Table(
    "deleted_papers",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("revision", Key, nullable=False, index=True),
    Column("merged_into", Key),
)

listings = Table(
    "listings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", IdText, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("curator", CleanText, nullable=False),
    UniqueConstraint("source", "day"),
)

listing_entries = Table(
    "listing_entries",
    metadata,
    Column("listing_id", Key, ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _paper_key(),
)
Index("ix_listing_entries_paper_key", listing_entries.c.paper_key)

people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    Column("platform", IdText, nullable=False),
    Column("workspace", IdText, nullable=False),
    Column("platform_user", IdText, nullable=False),
    Column("kind", IdText, nullable=False),
    UniqueConstraint("platform", "workspace", "platform_user", "kind", name="uq_accounts_account"),
)
Index("ix_accounts_person_id", accounts.c.person_id)

interests = Table(
    "interests",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    Column("kind", Text, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("text_key", IdText, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "kind", "text_key"),
)

profiles = Table(
    "profiles",
    metadata,
    _person_id(primary_key=True),
    Column("built_at", UtcDateTime, nullable=False),
    # The numbers before the words: SQLite reads a row from its start, and everybody's numbers are read at once.
    Column("vector", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

# Whose profile does not know all that they said, and when they said the last of it.
outdated_profiles = Table(
    "outdated_profiles",
    metadata,
    _person_id(primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    _paper_key(),
    Column("reaction", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("surface", CleanText, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_feedback_person_paper", feedback.c.person_id, feedback.c.paper_key)
Index("ix_feedback_paper_key", feedback.c.paper_key)

impressions = Table(
    "impressions",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    _paper_key(),
    Column("position", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("surface", CleanText, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_impressions_person_paper", impressions.c.person_id, impressions.c.paper_key)
Index("ix_impressions_paper_key", impressions.c.paper_key)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    Column("days", Text, nullable=False),
    Column("local_time", Time, nullable=False),
    Column("zone", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("paused_until", Date),
    Column("platform", IdText, nullable=False, server_default=""),
    Column("workspace", IdText, nullable=False, server_default=""),
    Column("channel", IdText, nullable=False, server_default=""),
    Column("threshold", Text, nullable=False, server_default="normal"),
    Column("tell_empty", Boolean, nullable=False, server_default=false()),
    Column("content", Text, nullable=False, server_default="personal"),
    Column("next_period", Date),
    Column("next_due_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("disabled_reason", CleanText, nullable=False, server_default=""),
    UniqueConstraint("person_id"),
    sqlite_autoincrement=True,
)
_partial_index(
    "ix_subscriptions_next_due_at",
    subscriptions.c.next_due_at.is_not(None),
    subscriptions.c.next_due_at,
)

# The ledger. Ids are never given out twice: the tokens of a delivery's parts are made from its id.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subscription_id", Key, ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    _person_id(),
    Column("kind", Text, nullable=False),
    Column("period", Date, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("platform", IdText, nullable=False),
    Column("workspace", IdText, nullable=False),
    Column("channel", IdText, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("candidates", Integer, nullable=False),
    # Paper keys, as store.delivery_rows writes them.
    Column("shortlist", LargeBinary, nullable=False),
    Column("entries", LargeBinary, nullable=False),
    # JSON: the parts in order, each [token, when it was asked for in microseconds or null, the platform's message id].
    Column("parts", Text, nullable=False),
    UniqueConstraint("subscription_id", "kind", "period"),
    CheckConstraint("kind IN ('digest', 'notice')", name="kind"),
    CheckConstraint(
        "state IN ('due', 'composed', 'sending', 'sent', 'retry', 'unknown', 'failed', 'skipped')", name="state"
    ),
    sqlite_autoincrement=True,
)


def _in_states(*states: str) -> ColumnElement[bool]:
    """A condition of literals: a partial index serves only a query that says the very same, and says it unbound."""
    return deliveries.c.state.in_([literal_column(f"'{state}'") for state in states])


IS_DUE = _in_states("due")
IS_CLAIMABLE = _in_states("composed", "retry")
IS_HELD = _in_states("sending", "unknown")
HAS_ENDED = _in_states("sent", "failed", "skipped")
HAS_ENTRIES = _in_states("sending", "retry", "unknown")
"""Open deliveries that may have their entries: those of a few minutes, however long the ledger is."""

Index("ix_deliveries_person_id", deliveries.c.person_id)
_partial_index("ix_deliveries_due", IS_DUE, deliveries.c.id)
_partial_index(
    "ix_deliveries_claimable",
    IS_CLAIMABLE,
    deliveries.c.retry_at,
    deliveries.c.id,
    deliveries.c.platform,
)
_partial_index(
    "ix_deliveries_held",
    IS_HELD,
    deliveries.c.state,
    deliveries.c.retry_at,
    deliveries.c.lease_until,
)
_partial_index(
    "ix_deliveries_ended",
    HAS_ENDED,
    deliveries.c.state,
    deliveries.c.updated_at,
)
_partial_index(
    "ix_deliveries_ended_due",
    HAS_ENDED,
    deliveries.c.due_at,
    deliveries.c.state,
)
_partial_index("ix_deliveries_entries", HAS_ENTRIES, deliveries.c.person_id)

# What was scored for a person lately, as bot.ranking.score_history encodes it.
score_histories = Table(
    "score_histories",
    metadata,
    _person_id(primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)

# Of each limited key: when its next place is free, in microseconds since 1970 by the clock of store.rate_limiter.
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", IdText, primary_key=True),
    Column("next_at", Key, nullable=False),
)

state_values = Table(
    "state_values",
    metadata,
    Column("key", IdText, primary_key=True),
    Column("value", CleanText, nullable=False),
)

last_lists = Table(
    "last_lists",
    metadata,
    Column("platform", IdText, primary_key=True),
    Column("workspace", IdText, primary_key=True),
    Column("channel", IdText, primary_key=True),
    _person_id(primary_key=True),
    Column("papers", Text, nullable=False),
    Column("context", CleanText, nullable=False),
)
Index("ix_last_lists_person_id", last_lists.c.person_id)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code", IdText, primary_key=True),
    _person_id(),
    Column("expires_at", UtcDateTime, nullable=False),
)
Index("ix_link_codes_person_id", link_codes.c.person_id)

# What lets Paperboy into a workspace, sealed by the adapter of its platform.
installations = Table(
    "installations",
    metadata,
    Column("platform", IdText, primary_key=True),
    Column("workspace", IdText, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
)

# Mails that a mailbox sent back for good; `mail` is the token of the mail, each counts once.
mail_bounces = Table(
    "mail_bounces",
    metadata,
    Column("id", Key, primary_key=True),
    _person_id(),
    Column("mail", IdText, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "mail"),
)

# Of each person who asked for one: the number in the address of their own feed, by which an older address is known.
feed_addresses = Table(
    "feed_addresses",
    metadata,
    _person_id(primary_key=True),
    Column("secret", IdText, nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
)

# Papers that readers put on the page: who did, when, and under which name for everybody (empty for none).
submissions = Table(
    "submissions",
    metadata,
    Column("paper_key", Key, ForeignKey("papers.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _person_id(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("name", CleanText, nullable=False),
)
Index("ix_submissions_person_id", submissions.c.person_id)

term_segments = Table(
    "term_segments",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=False),
    Column("documents", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
