"""What every front end calls: one module per subject, functions over a Workspace."""
