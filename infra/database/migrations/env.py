"""Alembic's entry: runs revisions on the connection that `schema.py` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # one DDL step a revision, each committed: MySQL's DDL can't be rolled back
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
