"""How well lines and pages of digits are read."""
