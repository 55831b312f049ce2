"""Find the families of a user."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("token_family_by_user", "token_family", ["tenant", "user_id"])
