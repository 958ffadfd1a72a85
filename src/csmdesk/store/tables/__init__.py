"""The schema, as SQLModel tables: mirror, authored, book and machinery, one module each."""
