"""How Alembic runs our migrations: on the connection it is given, in that one's transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
