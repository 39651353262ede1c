"""The command line, a file a command; `main` puts them together.

Rests on everything but `ui`. Results go to stdout, progress to stderr.
"""
