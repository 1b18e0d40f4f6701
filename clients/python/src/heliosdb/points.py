"""Points in time on their way to the server, and times on their way back."""

import datetime
from typing import Any, Mapping, Union

#: A point in time: a datetime, seconds or milliseconds since 1970, ISO 8601, "scn:42", or {"type": …, "value": …}.
AsOf = Union[datetime.datetime, int, float, str, Mapping[str, Any]]


def wire_time(time: Union[datetime.datetime, int, float, str]) -> Union[int, float, str]:
    """Milliseconds for a datetime: the server takes a whole second in them for the whole second."""
    if not isinstance(time, datetime.datetime):
        return time
    if time.tzinfo is None:
        raise ValueError("Invalid time without a zone. Expected one such as datetime.now(timezone.utc).")
    return round(time.timestamp() * 1000)


def body_point(point: AsOf) -> Any:
    if isinstance(point, Mapping):
        return {name: wire_time(value) if name == "value" else value for name, value in point.items()}
    return wire_time(point)


def url_point(point: AsOf) -> str:
    body = body_point(point)
    if not isinstance(body, dict):
        return str(body)
    if body["type"] == "now":
        return "now"
    return str(body["value"]) if body["type"] == "timestamp" else f"{body['type']}:{body['value']}"


def read_time(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
