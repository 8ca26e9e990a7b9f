"""How a line of the log is written."""

import json
import logging
from datetime import UTC, datetime

_NOT_PRINTED = str.maketrans({chr(0x7F): "\\u007f"})


class OneLine(logging.Formatter):
    """
    One JSON object on one line for each event, in ASCII: `at` (RFC 3339, UTC), `level`, `logger`, `message`, and `trace`
    where there is one.

    Whatever others wrote into an address, a file name or a refusal is escaped with the rest: it can neither begin a line
    that looks like the portal's own nor speak to the terminal of whoever reads it.
    """

    def format(self, record):
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        if record.stack_info:
            event["stack"] = self.formatStack(record.stack_info)
        return json.dumps(event, ensure_ascii=True).translate(_NOT_PRINTED)
