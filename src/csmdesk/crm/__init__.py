"""What a CRM is to csmdesk (base), and one package per CRM."""
