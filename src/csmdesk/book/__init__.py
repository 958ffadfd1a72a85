"""The interchange document: pydantic models, JSON Schema and canonical form."""
