"""The first schema."""

import sqlalchemy as sa
from alembic import op

from store.types import CleanText, IdText, Key, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    with_doi = sa.text("doi IS NOT NULL")
    of_samples = sa.text("source = 'sample'")
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "deleted_papers",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("revision", Key, nullable=False),
        sa.Column("merged_into", Key, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_deleted_papers"),
    )
    op.create_index("ix_deleted_papers_revision", "deleted_papers", ["revision"])
    op.create_table(
        "listings",
        sa.Column("id", Key, nullable=False),
        sa.Column("source", IdText, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("curator", CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
        sa.UniqueConstraint("source", "day", name="uq_listings_source_day"),
    )
    op.create_index("ix_listings_day", "listings", ["day"])
    op.create_table(
        "papers",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("paper_id", IdText, nullable=False),
        sa.Column("title_key", IdText, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("doi", IdText, nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("fresh_at", UtcDateTime(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("pdf_url", sa.Text(), nullable=False),
        sa.Column("code_url", sa.Text(), nullable=False),
        sa.Column("upvotes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("raw_title", sa.Text(), nullable=True),
        sa.Column("raw_abstract", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("revision", Key, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_papers"),
        sa.UniqueConstraint("paper_id", name="uq_papers_paper_id"),
    )
    op.create_index("ix_papers_announced_at", "papers", ["announced_at"])
    op.create_index(
        "ix_papers_doi",
        "papers",
        ["doi"],
        sqlite_where=with_doi,
        postgresql_where=with_doi,
    )
    op.create_index("ix_papers_fresh_at", "papers", ["fresh_at"])
    op.create_index("ix_papers_revision", "papers", ["revision"])
    op.create_index(
        "ix_papers_samples",
        "papers",
        ["key"],
        sqlite_where=of_samples,
        postgresql_where=of_samples,
    )
    op.create_index("ix_papers_title_key", "papers", ["title_key"])
    op.create_table(
        "people",
        sa.Column("id", Key, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "state_values",
        sa.Column("key", IdText, nullable=False),
        sa.Column("value", CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_state_values"),
    )
    op.create_table(
        "term_segments",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_term_segments"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("platform", IdText, nullable=False),
        sa.Column("workspace", IdText, nullable=False),
        sa.Column("platform_user", IdText, nullable=False),
        sa.Column("kind", IdText, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_accounts_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("platform", "workspace", "platform_user", "kind", name="uq_accounts_account"),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    op.create_table(
        "feedback",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("paper_key", Key, nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("surface", CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["paper_key"], ["papers.key"], name="fk_feedback_paper_key", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_feedback_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_index("ix_feedback_paper_key", "feedback", ["paper_key"])
    op.create_index("ix_feedback_person_paper", "feedback", ["person_id", "paper_key"])
    op.create_table(
        "impressions",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("paper_key", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("surface", CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["paper_key"], ["papers.key"], name="fk_impressions_paper_key", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_impressions_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_impressions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_impressions_paper_key", "impressions", ["paper_key"])
    op.create_index("ix_impressions_person_paper", "impressions", ["person_id", "paper_key"])
    op.create_table(
        "interests",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", CleanText(), nullable=False),
        sa.Column("text_key", IdText, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_interests_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_interests"),
        sa.UniqueConstraint("person_id", "kind", "text_key", name="uq_interests_person_id_kind_text_key"),
    )
    op.create_table(
        "last_lists",
        sa.Column("platform", IdText, nullable=False),
        sa.Column("workspace", IdText, nullable=False),
        sa.Column("channel", IdText, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("context", CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_last_lists_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", "person_id", name="pk_last_lists"),
    )
    op.create_index("ix_last_lists_person_id", "last_lists", ["person_id"])
    op.create_table(
        "link_codes",
        sa.Column("code", IdText, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_link_codes_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_person_id", "link_codes", ["person_id"])
    op.create_table(
        "listing_entries",
        sa.Column("listing_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper_key", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name="fk_listing_entries_listing_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["paper_key"], ["papers.key"], name="fk_listing_entries_paper_key", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("listing_id", "position", name="pk_listing_entries"),
    )
    op.create_index("ix_listing_entries_paper_key", "listing_entries", ["paper_key"])
    op.create_table(
        "paper_aliases",
        sa.Column("paper_id", IdText, nullable=False),
        sa.Column("paper_key", Key, nullable=False),
        sa.ForeignKeyConstraint(["paper_key"], ["papers.key"], name="fk_paper_aliases_paper_key", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", name="pk_paper_aliases"),
    )
    op.create_index("ix_paper_aliases_paper_key", "paper_aliases", ["paper_key"])
    op.create_table(
        "paper_versions",
        sa.Column("id", Key, nullable=False),
        sa.Column("paper_key", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["paper_key"], ["papers.key"], name="fk_paper_versions_paper_key", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_versions"),
    )
    op.create_index("ix_paper_versions_paper_key", "paper_versions", ["paper_key"])
    op.create_table(
        "profiles",
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_profiles_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="pk_profiles"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_subscriptions_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("person_id", name="uq_subscriptions_person_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Key, nullable=False),
        sa.Column("subscription_id", Key, nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", CleanText(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'composed', 'sending', 'sent', 'retry', 'unknown', 'failed', 'skipped')",
            name="ck_deliveries_state",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name="fk_deliveries_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("subscription_id", "period", name="uq_deliveries_subscription_id_period"),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_table(
        "digests",
        sa.Column("id", Key, nullable=False),
        sa.Column("subscription_id", Key, nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("composed_at", UtcDateTime(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("entries", CleanText(), nullable=False),
        sa.Column("empty_reason", CleanText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name="fk_digests_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("subscription_id", "period", name="uq_digests_subscription_id_period"),
    )
    counters = sa.table("counters", sa.column("name", sa.Text), sa.column("value", Key))
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in ("revision", "paper_key", "segment_slot")])
