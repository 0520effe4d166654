"""`python -m contracts` is `mockflare check`."""

from contracts.cli import check_command

if __name__ == "__main__":
    check_command(prog_name="python -m contracts")
