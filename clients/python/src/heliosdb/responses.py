"""Reads responses: the server's JSON, its errors, and what is neither."""

import email.utils
import http.client
import json
import time
from typing import Any, Optional

from .errors import UnexpectedResponseError, error_of


def read_response(response: http.client.HTTPResponse, content: bytes) -> Any:
    if response.status == 204:
        return None
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if 200 <= response.status < 300:
        # A proxy that drops the Accept header causes a response with other names: better an error than missing values.
        if isinstance(body, dict) and not {"success", "data", "meta"} <= body.keys():
            return body
        raise UnexpectedResponseError(
            "Expected HeliosDB's JSON, got something else. Check that base_url is the server's address, and that no "
            "proxy drops the Accept header.",
            code="INVALID_ANSWER",
            status=response.status,
        )
    raise error_of(response.status, body, _retry_after(response), response.headers.get("X-Request-Id"))


def _retry_after(response: http.client.HTTPResponse) -> Optional[float]:
    """Seconds of a Retry-After header, in either notation."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
