"""Index the words by which posts are found."""

from alembic import op

revision = "0032"
down_revision = "0031"


# what indexes the words on each engine; SQLite's index stands beside its table, kept by triggers
_STATEMENTS = {
    "mysql": ("CREATE FULLTEXT INDEX post_search_words ON post_search (words)",),
    "sqlite": (
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
    ),
}


def upgrade() -> None:
    for statement in _STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
