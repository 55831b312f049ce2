"""Index the words of posts on SQLite."""

from alembic import op

revision = "0046_10"
down_revision = "0046_09"


# the table of the full-text index is updated by triggers; MySQL has the index in `post_search`
_STATEMENTS = (
    "CREATE VIRTUAL TABLE post_search_index"
    " USING fts5(words, content='post_search', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER post_search_added AFTER INSERT ON post_search BEGIN"
    " INSERT INTO post_search_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER post_search_removed AFTER DELETE ON post_search BEGIN"
    " INSERT INTO post_search_index (post_search_index, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER post_search_changed AFTER UPDATE OF words ON post_search BEGIN"
    " INSERT INTO post_search_index (post_search_index, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO post_search_index (rowid, words) VALUES (new.id, new.words); END",
)


def upgrade() -> None:
    for statement in _STATEMENTS if op.get_bind().dialect.name == "sqlite" else ():
        op.execute(statement)
