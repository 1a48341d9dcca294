"""Papers that readers put on the page."""

import sqlalchemy as sa
from alembic import op

from store.types import CleanText, Key, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("paper_key", Key, autoincrement=False, nullable=False),
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("name", CleanText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_key"], ["papers.key"], name=op.f("fk_submissions_paper_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_submissions_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_key", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_at"), "submissions", ["at"])
    op.create_index(op.f("ix_submissions_person_id"), "submissions", ["person_id"])
