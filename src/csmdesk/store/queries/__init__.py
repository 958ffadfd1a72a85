"""Reads: plain SQL through the standard library, returning frozen rows."""
