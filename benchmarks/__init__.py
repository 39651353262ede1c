"""What measures speed, quality and load. Each prints a table; none is a test."""
