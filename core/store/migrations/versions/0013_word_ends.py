"""Adds the beginnings and ends of words to the trigrams that SQLite searches authorities by."""

from alembic import op

revision = "0013"
down_revision = "0012"
# The columns are the same, and the triggers fill them.
oldest_reader = "0012"

# Each text stands between spaces, so that the first and the last word have two ends too. The index
# keeps no copy of the texts, which are no longer those of `authority_search`.
STATEMENTS = (
    "DROP TRIGGER search_insert",
    "DROP TRIGGER search_delete",
    "DROP TABLE search_trigrams",
    """
    CREATE VIRTUAL TABLE search_trigrams USING fts5 (
        titles, place, content='', tokenize='trigram'
    )
    """,
    """
    INSERT INTO search_trigrams (rowid, titles, place)
    SELECT authority_id, ' ' || titles || ' ', ' ' || place || ' ' FROM authority_search
    """,
    """
    CREATE TRIGGER search_insert AFTER INSERT ON authority_search BEGIN
        INSERT INTO search_words (rowid, titles, keywords, place, description)
        VALUES (new.authority_id, new.titles, new.keywords, new.place, new.description);
        INSERT INTO search_trigrams (rowid, titles, place)
        VALUES (new.authority_id, ' ' || new.titles || ' ', ' ' || new.place || ' ');
    END
    """,
    # FTS5 removes an entry when it is given the indexed text again. Rows are never updated.
    """
    CREATE TRIGGER search_delete AFTER DELETE ON authority_search BEGIN
        INSERT INTO search_words (search_words, rowid, titles, keywords, place, description)
        VALUES (
            'delete', old.authority_id, old.titles, old.keywords, old.place, old.description
        );
        INSERT INTO search_trigrams (search_trigrams, rowid, titles, place)
        VALUES ('delete', old.authority_id, ' ' || old.titles || ' ', ' ' || old.place || ' ');
    END
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in STATEMENTS:
            op.execute(statement)
