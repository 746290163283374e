"""The log: a line of JSON for each event, which nothing typed can break or forge."""

import io
import json
from datetime import datetime, timedelta

import structlog

from bot.logs import set_up_logs


def test_each_event_is_one_line_with_its_time_in_utc() -> None:
    stream = io.StringIO()
    set_up_logs(stream)

    structlog.get_logger().warning("surprise", error='a\n{"event": "forged"}\r\u2028b')

    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"]) == ("surprise", "warning")
    assert datetime.fromisoformat(entry["timestamp"]).utcoffset() == timedelta(0)
