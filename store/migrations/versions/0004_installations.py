"""Paperboy may be let into many workspaces of a platform; what lets it in is kept encrypted."""

import sqlalchemy as sa
from alembic import op

from store.types import IdText, UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("platform", IdText, nullable=False),
        sa.Column("workspace", IdText, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_installations"),
    )
