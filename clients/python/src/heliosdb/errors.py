"""The errors of every call. Branch on the class, or on `code`; all codes are in docs/reference/errors.md."""

import builtins
from typing import Any, Dict, Optional, Tuple, Type


class HeliosDBError(Exception):
    """Any failure of a call: an error response of the server, or no response (see the subclasses)."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int = 0,
        details: Optional[Dict[str, Any]] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        #: The machine-readable code, such as BRANCH_NOT_FOUND.
        self.code = code
        #: The HTTP status; 0 if there was no response.
        self.status = status
        #: Machine-readable data by name, such as `conflicts` of a MERGE_CONFLICT.
        self.details: Dict[str, Any] = details if details is not None else {}
        #: The id under which the server logged the request.
        self.request_id = request_id
        #: Seconds to wait before trying again, if the server sent them.
        self.retry_after = retry_after

    def __reduce__(self) -> Tuple[Any, ...]:
        # An exception is copied by calling its class with `args`, and other processes get it that way.
        return (_again, (type(self), self.message, self.__dict__))

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


def _again(kind: "Type[HeliosDBError]", message: str, state: Dict[str, Any]) -> "HeliosDBError":
    error = kind(message, code=state["code"])
    error.__dict__.update(state)
    return error


class InvalidRequestError(HeliosDBError):
    """400 and 422: the request itself is wrong, and sending it again can't help."""


class AuthenticationError(HeliosDBError):
    """401 and 403: no valid credential, or one that may not do this."""


class NotFoundError(HeliosDBError):
    """404: no such branch, table, snapshot or key."""


class QueryTimeoutError(HeliosDBError):
    """408: the statement exceeded its timeout; it was stopped and wrote nothing."""


class ConflictError(HeliosDBError):
    """409: a name in use, a merge conflict, a broken constraint, a target that moved."""


class RateLimitedError(HeliosDBError):
    """429 after the last attempt; `retry_after` says when to try again."""


class ConnectionError(HeliosDBError, builtins.ConnectionError):
    """No response of the server: CONNECTION_FAILED or REQUEST_TIMEOUT. A write may have happened."""


class UnexpectedResponseError(ConnectionError):
    """INVALID_ANSWER: a response that is not the server's, but for example a proxy's page, with that one's `status`."""


_BY_STATUS: Dict[int, Type[HeliosDBError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFoundError,
    408: QueryTimeoutError,
    409: ConflictError,
    422: InvalidRequestError,
    429: RateLimitedError,
}

_OWN_FIELDS = {"status", "error", "message", "code", "request_id"}


def error_of(status: int, body: Any, retry_after: Optional[float], request_id: Optional[str]) -> HeliosDBError:
    """The error for an unsuccessful response, whose body may be in either dialect or not the server's at all."""
    fields = body if isinstance(body, dict) else {}
    details = {name: value for name, value in fields.items() if name not in _OWN_FIELDS}
    request_id = fields.get("request_id", request_id)
    if isinstance(fields.get("error"), dict):
        fields = fields["error"]
        details = fields.get("details") or {}
    code, message = fields.get("code"), fields.get("message")
    if not isinstance(code, str) or not isinstance(message, str):
        text = (
            f"Expected HeliosDB's response, got status {status} from something else, such as a proxy. Check base_url."
        )
        return UnexpectedResponseError(
            text, code="INVALID_ANSWER", status=status, request_id=request_id, retry_after=retry_after
        )
    return _BY_STATUS.get(status, HeliosDBError)(
        message, code=code, status=status, details=details, request_id=request_id, retry_after=retry_after
    )
