"""`python -m digitcore` is the command line."""

from digitcore.cli import main

if __name__ == "__main__":
    main()
