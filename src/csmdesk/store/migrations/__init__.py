"""Steps from an older schema to a newer one."""
