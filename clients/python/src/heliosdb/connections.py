"""Connections to one server, kept open between calls. Threads may share them."""

import http.client
import select
import ssl
import threading
from typing import List, Optional, Union
from urllib.parse import urlsplit


class Connections:
    def __init__(self, base_url: str, ca: Union[None, str, ssl.SSLContext]) -> None:
        url = urlsplit(base_url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(f"Invalid base_url {base_url!r}. Expected an http or https URL.")
        self.path = url.path.rstrip("/")
        if self.path.endswith("/v1"):
            raise ValueError("Invalid base_url. Leave out the /v1 at its end: the client adds it.")
        if ca is not None and url.scheme == "http":
            raise ValueError("Invalid ca: an http base_url has no certificate to check. Use https, or leave ca out.")
        self.origin = f"{url.scheme}://{url.netloc}"
        self._host, self._port = url.hostname, url.port
        self._tls: Optional[ssl.SSLContext] = None
        if url.scheme == "https":
            self._tls = ca if isinstance(ca, ssl.SSLContext) else ssl.create_default_context(cafile=ca)
        self._idle: List[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self, timeout: float) -> http.client.HTTPConnection:
        """A connection that nobody else uses, open if one is idle."""
        while True:
            with self._lock:
                if self._closed:
                    raise RuntimeError("The client is closed. Make another one.")
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._new(timeout)
            if connection.sock is not None and not _ended(connection):
                connection.sock.settimeout(timeout)
                return connection
            connection.close()

    def give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if not self._closed and connection.sock is not None:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _new(self, timeout: float) -> http.client.HTTPConnection:
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)


def _ended(connection: http.client.HTTPConnection) -> bool:
    """Whether the server closed it while it was idle: then it can be read, though nothing was asked."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([connection.sock], [], [], 0)[0])
