"""Searching authorities: the words, and the database's own index of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "authority_search",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authorities.id"], name=op.f("fk_authority_search_authority_id")
        ),
        sa.PrimaryKeyConstraint("authority_id", name=op.f("pk_authority_search")),
    )
    statements = _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(statement)


# The words in order of weight, and the letters of titles and places in threes for what is
# spelled wrongly or stands in the middle of a word.
_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    ALTER TABLE authority_search ADD COLUMN search_lexemes tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', titles), 'A')
        || setweight(to_tsvector('simple', keywords), 'B')
        || setweight(to_tsvector('simple', place), 'C')
        || setweight(to_tsvector('simple', description), 'D')
    ) STORED
    """,
    "CREATE INDEX search_lexemes ON authority_search USING gin (search_lexemes)",
    """
    CREATE INDEX search_trigrams ON authority_search
    USING gin ((titles || ' ' || place) gin_trgm_ops)
    """,
)
_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5 (
        titles, keywords, place, description,
        content='authority_search', content_rowid='authority_id', tokenize='ascii', prefix='2 3 4'
    )
    """,
    """
    CREATE VIRTUAL TABLE search_trigrams USING fts5 (
        titles, place,
        content='authority_search', content_rowid='authority_id', tokenize='trigram'
    )
    """,
    """
    CREATE TRIGGER search_learned AFTER INSERT ON authority_search BEGIN
        INSERT INTO search_words (rowid, titles, keywords, place, description)
        VALUES (new.authority_id, new.titles, new.keywords, new.place, new.description);
        INSERT INTO search_trigrams (rowid, titles, place)
        VALUES (new.authority_id, new.titles, new.place);
    END
    """,
    # What is in the index is taken out by saying it again; a text is never changed in place.
    """
    CREATE TRIGGER search_forgotten AFTER DELETE ON authority_search BEGIN
        INSERT INTO search_words (search_words, rowid, titles, keywords, place, description)
        VALUES (
            'delete', old.authority_id, old.titles, old.keywords, old.place, old.description
        );
        INSERT INTO search_trigrams (search_trigrams, rowid, titles, place)
        VALUES ('delete', old.authority_id, old.titles, old.place);
    END
    """,
)
