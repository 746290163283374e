"""Removes the texts of driver errors, in which PostgreSQL quotes the values of rows."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError


def redact_errors(engine: Engine) -> None:
    """Reduce every error of the engine's driver to its class name and SQLSTATE."""
    event.listen(engine, "handle_error", _redact)


def _redact(context: ExceptionContext) -> None:
    error, shown = context.original_exception, context.sqlalchemy_exception
    if not isinstance(shown, DBAPIError):
        return
    error.args = shown.args = (f"{type(error).__name__} ({getattr(error, 'sqlstate', None)})",)
    # The driver's own error has the values in its text too, so it is not kept as the cause.
    error.__cause__ = None
