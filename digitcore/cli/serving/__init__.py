"""The command that serves the app to others."""
