"""Values and pure functions: the rules of customer success. No I/O, no clock, no environment."""
