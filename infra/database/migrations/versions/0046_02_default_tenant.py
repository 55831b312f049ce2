"""Add the default tenant."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id

revision = "0046_02"
down_revision = "0046_01"


def upgrade() -> None:
    tenant = sa.table("tenant", sa.column("id", Id), sa.column("name"))
    op.execute(tenant.insert().values(id=UUID(int=0), name="default"))
