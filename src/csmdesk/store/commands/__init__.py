"""Writes: one function and one transaction per intent."""
