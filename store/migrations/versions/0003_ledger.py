"""Subscriptions know when they are due, and deliveries become the ledger; digests live in it, and go.

No program wrote a digest or a delivery before. Subscriptions keep their rows and ids; without an address and a next
time they are not scheduled.
"""

import sqlalchemy as sa
from alembic import op

from store.types import CleanText, IdText, Key, UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_table("digests")
    op.drop_table("deliveries")
    for column in (
        sa.Column("platform", IdText, nullable=False, server_default=""),
        sa.Column("workspace", IdText, nullable=False, server_default=""),
        sa.Column("channel", IdText, nullable=False, server_default=""),
        sa.Column("threshold", sa.Text(), nullable=False, server_default="normal"),
        sa.Column("tell_empty", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("next_period", sa.Date(), nullable=True),
        sa.Column("next_due_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_reason", CleanText(), nullable=False, server_default=""),
    ):
        op.add_column("subscriptions", column)
    _create_index("subscriptions", "ix_subscriptions_next_due_at", ["next_due_at"], "next_due_at IS NOT NULL")
    op.create_table(
        "deliveries",
        sa.Column("id", Key, nullable=False),
        sa.Column("subscription_id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("platform", IdText, nullable=False),
        sa.Column("workspace", IdText, nullable=False),
        sa.Column("channel", IdText, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", CleanText(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("shortlist", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('digest', 'notice')", name="ck_deliveries_kind"),
        sa.CheckConstraint(
            "state IN ('due', 'composed', 'sending', 'sent', 'retry', 'unknown', 'failed', 'skipped')",
            name="ck_deliveries_state",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_deliveries_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name="fk_deliveries_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("subscription_id", "kind", "period", name="uq_deliveries_subscription_id_kind_period"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_person_id", "deliveries", ["person_id"])
    _create_index("deliveries", "ix_deliveries_due", ["id"], "state IN ('due')")
    _create_index(
        "deliveries", "ix_deliveries_claimable", ["retry_at", "id", "platform"], "state IN ('composed', 'retry')"
    )
    _create_index(
        "deliveries", "ix_deliveries_held", ["state", "retry_at", "lease_until"], "state IN ('sending', 'unknown')"
    )
    _create_index(
        "deliveries", "ix_deliveries_ended", ["state", "updated_at"], "state IN ('sent', 'failed', 'skipped')"
    )
    _create_index(
        "deliveries", "ix_deliveries_ended_due", ["due_at", "state"], "state IN ('sent', 'failed', 'skipped')"
    )
    _create_index("deliveries", "ix_deliveries_entries", ["person_id"], "state IN ('sending', 'retry', 'unknown')")
    op.create_table(
        "score_histories",
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_score_histories_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="pk_score_histories"),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", IdText, nullable=False),
        sa.Column("next_at", Key, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_limits"),
    )


def _create_index(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
