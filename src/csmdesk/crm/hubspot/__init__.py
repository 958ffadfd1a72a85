"""HubSpot: its HTTP API, the meaning of its records, pulling from it and writing to it."""
