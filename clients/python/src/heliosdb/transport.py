"""Sends calls to one server: JSON, credentials, time limits and retries."""

import http.client
import json
import re
import socket
import ssl
import time
import uuid
from typing import Any, Dict, Mapping, Optional, Union
from urllib.parse import quote, urlencode

from .connections import Connections
from .errors import ConnectionError, HeliosDBError
from .responses import read_response
from .retry import Retry, may_retry, pause
from .version import __version__

_MEDIA_TYPE = "application/vnd.heliosdb.lite.v1+json"
_USER_AGENT = f"heliosdb-python/{__version__}"


class Transport:
    def __init__(
        self,
        base_url: str,
        api_key: Optional[str],
        token: Optional[str],
        timeout: float,
        retry: Retry,
        ca: Union[None, str, ssl.SSLContext],
    ) -> None:
        self._connections = Connections(base_url, ca)
        self._timeout = _seconds(timeout)
        self._retry = retry
        self._headers = {"Accept": _MEDIA_TYPE, "User-Agent": _USER_AGENT}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {_visible('token', token)}"
        if api_key is not None:
            self._headers["X-API-Key"] = _visible("api_key", api_key)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[Mapping[str, Any]] = None,
        reads: bool = False,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        server_timeout_ms: Optional[int] = None,
    ) -> Any:
        """
        Sends one request, again where that is safe, and returns its JSON. `reads`: nothing is changed, whatever the
        method. A POST that changes something gets a key, so that it can be sent again too.
        """
        headers = dict(self._headers)
        payload: Optional[bytes] = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(_given(body), allow_nan=False, separators=(",", ":")).encode()
        repeatable = reads or method == "GET"
        if method == "POST" and not reads and (idempotency_key is not None or self._retry.attempts > 1):
            headers["Idempotency-Key"] = idempotency_key if idempotency_key is not None else str(uuid.uuid4())
            repeatable = True
        target = self._connections.path + path + _query(query or {})
        limit = self._limit(timeout, server_timeout_ms)
        attempt = 1
        while True:
            try:
                return self._attempt(method, target, headers, payload, limit)
            except HeliosDBError as error:
                if attempt >= self._retry.attempts or not may_retry(error, repeatable):
                    raise
                if error.retry_after is not None and error.retry_after > self._retry.max_delay:
                    raise
                time.sleep(pause(error, attempt, self._retry))
            attempt += 1

    def close(self) -> None:
        self._connections.close()

    def _limit(self, timeout: Optional[float], server_timeout_ms: Optional[int]) -> float:
        if timeout is not None:
            return _seconds(timeout)
        if server_timeout_ms is None:
            return self._timeout
        # Five seconds for the round trip, so that the server's 408 arrives.
        return max(self._timeout, server_timeout_ms / 1000 + 5)

    def _attempt(
        self, method: str, target: str, headers: Dict[str, str], payload: Optional[bytes], limit: float
    ) -> Any:
        connection = self._connections.take(limit)
        try:
            connection.request(method, target, body=payload, headers=headers)
            response = connection.getresponse()
            content = response.read()
        except socket.timeout as error:
            connection.close()
            where = f"{method} {self._connections.origin}"
            raise ConnectionError(f"{where}: no response within {limit:g} s.", code="REQUEST_TIMEOUT") from error
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            reason = str(error) or type(error).__name__
            raise ConnectionError(f"{method} {self._connections.origin}: {reason}", code="CONNECTION_FAILED") from error
        except BaseException:
            # Interrupted: what is left of the response must not become that of another request.
            connection.close()
            raise
        self._connections.give_back(connection)
        return read_response(response, content)


def path_of(template: str, **params: str) -> str:
    """A path with its parameters: an empty one would name another route, and so would a step of a URL."""
    for name, value in params.items():
        if not isinstance(value, str) or value == "":
            raise ValueError(f"Invalid {name} {value!r}. Expected a non-empty string.")
        if value in (".", ".."):
            raise ValueError(f"Invalid {name} {value!r}. A URL takes it for a step. Use an id, or SQL.")
    return template.format(**{name: quote(value, safe="") for name, value in params.items()})


def _given(fields: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _query(fields: Mapping[str, Any]) -> str:
    words = {True: "true", False: "false"}
    pairs = {name: words[value] if isinstance(value, bool) else value for name, value in _given(fields).items()}
    return f"?{urlencode(pairs)}" if pairs else ""


def _visible(name: str, secret: str) -> str:
    """The message of whoever sends it as a header would have the secret in it."""
    if not isinstance(secret, str) or re.fullmatch(r"[\x21-\x7e]+", secret) is None:
        raise ValueError(f"Invalid {name}. Expected visible ASCII characters: no space and no end of a line.")
    return secret


def _seconds(timeout: float) -> float:
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
        raise ValueError(f"Invalid timeout {timeout!r}. Expected seconds, more than 0.")
    return float(timeout)
