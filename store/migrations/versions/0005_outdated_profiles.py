"""Whose profile does not know all that they said: it is learned anew later, not while they wait.

Every profile that is stored knows everything, so the table begins empty.
"""

import sqlalchemy as sa
from alembic import op

from store.types import Key, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "outdated_profiles",
        sa.Column("person_id", Key, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_outdated_profiles_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_outdated_profiles"),
    )
