"""How Alembic runs a migration here: in the transaction it is handed, and in no other."""

from alembic import context


def run() -> None:
    """Run the migrations on the connection that `core.store.migration` configured."""
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
    context.run_migrations()


run()
