"""Rows in, bytes out: tables, calendars, sheets."""
