"""A class at work, and sessions that come and go."""
