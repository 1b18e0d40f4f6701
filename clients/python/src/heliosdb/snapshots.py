"""Snapshots: states of a branch that are kept whatever retention removes."""

from typing import List, Optional

from .points import AsOf, body_point
from .read_results import snapshot
from .results import Snapshot
from .transport import Transport, path_of


class Snapshots:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, branch: str, *, timeout: Optional[float] = None) -> "List[Snapshot]":
        """Snapshots of a branch, newest first."""
        wire = self._transport.call("GET", _path(branch), timeout=timeout)
        return [snapshot(one) for one in wire["snapshots"]]

    def create(
        self,
        branch: str,
        *,
        name: Optional[str] = None,
        description: Optional[str] = None,
        as_of: Optional[AsOf] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Snapshot:
        body = {"name": name, "description": description, "as_of": None if as_of is None else body_point(as_of)}
        wire = self._transport.call("POST", _path(branch), body=body, idempotency_key=idempotency_key, timeout=timeout)
        return snapshot(wire)

    def delete(self, branch: str, snapshot_id: str, *, timeout: Optional[float] = None) -> Snapshot:
        """By id or name; returns the deleted snapshot. Its state can be read for as long as retention keeps it."""
        path = path_of("/v1/branches/{branch}/snapshots/{snapshot}", branch=branch, snapshot=snapshot_id)
        return snapshot(self._transport.call("DELETE", path, timeout=timeout))


def _path(branch: str) -> str:
    return path_of("/v1/branches/{branch}/snapshots", branch=branch)
