"""Structured logs: one JSON line an event, with names and ids only, never a payload or a secret."""

import logging
import sys
from typing import TextIO

import structlog

# Their debug and info lines carry payloads and addresses.
CHATTY = ("slack_bolt", "slack_sdk", "aiohttp", "aiosmtplib", "uvicorn", "apscheduler", "asyncio")


def set_up_logs(stream: TextIO | None = None) -> None:
    """Send structured logs to `stream` (standard error), and quieten what could print payloads."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
