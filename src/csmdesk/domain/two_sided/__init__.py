"""Fields that both the user and the CRM may change: which they are, and who wins when."""
