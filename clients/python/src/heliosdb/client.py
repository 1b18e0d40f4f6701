"""The client of one server."""

import ssl
from types import TracebackType
from typing import Optional, Type, Union

from .branches import Branches
from .data import Data
from .retry import Retry
from .sql import Sql
from .transport import Transport


class HeliosDBClient:
    """
    A client of one HeliosDB server, which threads may share. Calls raise a HeliosDBError: check its class or its `code`.
    They use connections that stay open until `close()`, or the end of a `with`.
    """

    def __init__(
        self,
        base_url: str,
        api_key: Optional[str] = None,
        *,
        token: Optional[str] = None,
        timeout: float = 60.0,
        retry: Optional[Retry] = None,
        ca: Union[None, str, ssl.SSLContext] = None,
    ) -> None:
        """
        `base_url`: the server, without `/v1`. `token`: a JWT, which the server checks before the key. `timeout`: the
        longest wait for the server in seconds, in each attempt: to connect, for the response, and between its parts; a
        call with a longer `timeout_ms` waits longer. `ca`: a PEM file of certificates to trust instead of the
        system's, or an SSLContext.
        """
        self._transport = Transport(base_url, api_key, token, timeout, retry or Retry(), ca)
        self.sql = Sql(self._transport)
        self.data = Data(self._transport)
        self.branches = Branches(self._transport, self.sql)

    def close(self) -> None:
        """Closes the connections. Later calls raise RuntimeError."""
        self._transport.close()

    def __enter__(self) -> "HeliosDBClient":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
