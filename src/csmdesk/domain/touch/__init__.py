"""The log line: one line of typing that becomes a touch, read while it is typed."""
