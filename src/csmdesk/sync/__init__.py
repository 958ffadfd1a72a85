"""Bringing store and CRM together: decide (pure) and run."""
