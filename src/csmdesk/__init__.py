"""csmdesk: a terminal workbench for Customer Success Managers."""
