"""A profile's numbers stand before its words, in a column of their own.

Profiles are learned anew from interests and feedback where they are missing, so that no row is carried over: their old
form would not be read any more anyhow.
"""

import sqlalchemy as sa
from alembic import op

from store.types import Key, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_table("profiles")
    op.create_table(
        "profiles",
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_profiles_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="pk_profiles"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Numbers hardly compress, and everybody's are read every morning.
        op.execute("ALTER TABLE profiles ALTER COLUMN vector SET STORAGE EXTERNAL")
