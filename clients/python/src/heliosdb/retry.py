"""When a request is sent again, and after which pause."""

import random
from dataclasses import dataclass

from .errors import HeliosDBError

#: 503s with which the server refuses a request before it begins.
_REFUSED_UNSTARTED = {"OVERLOADED", "SHUTTING_DOWN", "NOT_ACTIVE"}
#: Statuses with which a proxy says that it got no response from the server.
_NO_RESPONSE = {502, 503, 504}


@dataclass(frozen=True)
class Retry:
    """How often and how long a call is retried. Pauses are in seconds."""

    #: All attempts together; 1 means no retries.
    attempts: int = 4
    #: The first pause, doubled each time, if the server requests none.
    base_delay: float = 0.2
    #: If the server requests a longer pause, the error is raised at once.
    max_delay: float = 60.0

    def __post_init__(self) -> None:
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ValueError(f"Invalid attempts {self.attempts!r}. Expected a positive integer.")
        for name in ("base_delay", "max_delay"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"Invalid {name} {getattr(self, name)!r}. Expected seconds, 0 or more.")


def may_retry(error: HeliosDBError, repeatable: bool) -> bool:
    """
    Whether sending the request again is safe and may help. After a 429, or a 503 that refused to begin, nothing has
    happened. In all other cases a change may have happened, so only repeatable requests are sent again.
    """
    if error.status == 429 or (error.status == 503 and error.code in _REFUSED_UNSTARTED):
        return True
    if not repeatable:
        return False
    # IDEMPOTENCY_IN_PROGRESS: the first attempt, whose response was lost, is still running.
    return error.code in ("CONNECTION_FAILED", "IDEMPOTENCY_IN_PROGRESS") or error.status in _NO_RESPONSE


def pause(error: HeliosDBError, attempt: int, retry: Retry) -> float:
    """Seconds before the next attempt (`attempt` counts from 1), partly random, so that callers don't return together."""
    delay = min(retry.base_delay * 2.0 ** (attempt - 1), retry.max_delay)
    if error.retry_after is not None:
        return error.retry_after + random.uniform(0, delay)
    return delay / 2 + random.uniform(0, delay / 2)
