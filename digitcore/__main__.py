"""`python -m digitcore` is the command line."""

from digitcore.cli.main import main

if __name__ == "__main__":
    main("python -m digitcore")
