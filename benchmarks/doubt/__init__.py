"""How well each score tells what is no digit."""
