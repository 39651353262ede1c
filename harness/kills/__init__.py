"""Kills processes of the studio at random moments, and looks at what is left. For `benchmarks.kills` and its test."""
