"""The local SQLite store: tables, migrations, queries (reads) and commands (writes)."""
