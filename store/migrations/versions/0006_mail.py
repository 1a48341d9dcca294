"""Mail: digests of what everybody reads, mails that came back, and the secret addresses of people's own feeds."""

import sqlalchemy as sa
from alembic import op

from store.types import IdText, Key, UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("content", sa.Text(), nullable=False, server_default="personal"))
    op.create_table(
        "mail_bounces",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("mail", IdText, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mail_bounces_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounces")),
        sa.UniqueConstraint("person_id", "mail", name=op.f("uq_mail_bounces_person_id_mail")),
    )
    op.create_table(
        "feed_addresses",
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("secret", IdText, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_feed_addresses_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feed_addresses")),
        sa.UniqueConstraint("secret", name=op.f("uq_feed_addresses_secret")),
    )
