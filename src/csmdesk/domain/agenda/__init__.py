"""The daily agenda: which accounts need attention, in which order, why, and what fits today."""
