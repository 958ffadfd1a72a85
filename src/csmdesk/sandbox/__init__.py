"""The embedded CRM: an ASGI app that speaks a CRM's HTTP API over a book."""
