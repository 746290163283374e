"""Alembic's entry point: runs the migrations in the transaction that the caller opened."""

from alembic import context


def run() -> None:
    """Run the migrations on the connection that `core.store.migration` configured."""
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
    context.run_migrations()


run()
