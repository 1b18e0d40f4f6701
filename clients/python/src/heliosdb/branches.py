"""Branches: create, list, compare, merge and delete them, and run SQL on one."""

import datetime
from typing import Any, List, Mapping, Optional, Union

from .branch_diffs import BranchDiffs
from .branch_results import Branch, MergeResult, branch, merge_result
from .branch_sql import BranchSql
from .points import AsOf, body_point, wire_time
from .snapshots import Snapshots
from .sql import Sql
from .transport import Transport, path_of


class Branches(BranchSql, BranchDiffs):
    def __init__(self, transport: Transport, sql: Sql) -> None:
        BranchSql.__init__(self, sql)
        BranchDiffs.__init__(self, transport)
        self.snapshots = Snapshots(transport)

    def list(self, *, status: Optional[str] = None, timeout: Optional[float] = None) -> "List[Branch]":
        """All branches except deleted ones. `status`: `active`, `merged`, `deleted` or `all`."""
        wire = self._transport.call("GET", "/v1/branches", query={"status": status}, timeout=timeout)
        return [branch(one) for one in wire["branches"]]

    def get(self, name: str, *, timeout: Optional[float] = None) -> Branch:
        """By name or id. Raises NotFoundError if there is none."""
        return branch(self._transport.call("GET", _path(name), timeout=timeout))

    def create(
        self,
        name: str,
        *,
        source_branch: Optional[str] = None,
        as_of: Optional[AsOf] = None,
        display_name: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        expires_at: Union[None, datetime.datetime, int, float, str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Branch:
        """Creates a branch of `source_branch` (default main); copies nothing, however large that is."""
        body = {
            "name": name,
            "source_branch": source_branch,
            "as_of": None if as_of is None else body_point(as_of),
            "display_name": display_name,
            "metadata": metadata,
            "expires_at": None if expires_at is None else wire_time(expires_at),
        }
        return branch(
            self._transport.call("POST", "/v1/branches", body=body, idempotency_key=idempotency_key, timeout=timeout)
        )

    def delete(self, name: str, *, timeout: Optional[float] = None) -> None:
        self._transport.call("DELETE", _path(name), timeout=timeout)

    def merge(
        self,
        source: str,
        *,
        target_branch: str,
        conflict_resolution: Optional[str] = None,
        delete_after_merge: Optional[bool] = None,
        message: Optional[str] = None,
        dry_run: bool = False,
        if_target_scn: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> MergeResult:
        """
        Merges a branch into another, value by value, as one commit. `conflict_resolution`, for values that both
        changed: `auto` (the default: the newer write), `source_wins`, `target_wins`, `manual` or `abort`. The last two
        raise ConflictError, with the conflicts in `details["conflicts"]`.
        """
        body = {
            "target_branch": target_branch,
            "conflict_resolution": conflict_resolution,
            "delete_source_after_merge": delete_after_merge,
            "message": message,
            "dry_run": dry_run or None,
            "if_target_scn": if_target_scn,
        }
        wire = self._transport.call(
            "POST",
            f"{_path(source)}/merge",
            body=body,
            reads=dry_run,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
        return merge_result(wire)


def _path(name: str) -> str:
    return path_of("/v1/branches/{branch}", branch=name)
