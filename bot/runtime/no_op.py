"""The default of optional callbacks: a function that does nothing."""


def ignore(*_args: object) -> None:
    """Do nothing."""
