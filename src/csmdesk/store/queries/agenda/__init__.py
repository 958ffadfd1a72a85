"""The facts of the agenda, read from the store by a handful of set-based queries."""
