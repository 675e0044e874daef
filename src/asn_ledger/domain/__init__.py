"""Pure: what the law knows. No I/O, clock, chance or framework."""
