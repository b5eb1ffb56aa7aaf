"""What does `python -m mlaudit` run? The command line."""

from mlaudit.cli import main

if __name__ == "__main__":
    main()
