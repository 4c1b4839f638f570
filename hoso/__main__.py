"""`python -m hoso` is the `hoso` command."""

from hoso.cli import main

if __name__ == "__main__":
    main()
