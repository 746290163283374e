"""Errors of the database that quote nothing: PostgreSQL's texts hold the values of rows."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError


def redact_errors(engine: Engine) -> None:
    """Let what the driver raises say its kind and PostgreSQL's code for it, and no more."""
    event.listen(engine, "handle_error", _strip)


def _strip(context: ExceptionContext) -> None:
    error, shown = context.original_exception, context.sqlalchemy_exception
    if not isinstance(shown, DBAPIError):
        return
    error.args = shown.args = (f"{type(error).__name__} ({getattr(error, 'sqlstate', None)})",)
    # The driver's own error, in whose text the values stand, is not shown as the cause either.
    error.__cause__ = None
