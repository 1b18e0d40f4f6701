"""Results of calls about branches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, List, Optional

from .points import read_time


@dataclass(frozen=True)
class BranchStats:
    #: Rows of all tables.
    rows: int
    size_bytes: int
    last_modified: datetime


@dataclass(frozen=True)
class Branch:
    id: str
    name: str
    #: A name for people.
    display_name: Optional[str]
    metadata: Dict[str, Any]
    #: Name of the parent; None for main.
    parent: Optional[str]
    created_at: datetime
    #: Time of the parent's commit that the branch forks from.
    forked_at: datetime
    updated_at: datetime
    #: When it is deleted automatically; None for never.
    expires_at: Optional[datetime]
    #: `Active`, `Merged` or `Deleted`.
    state: str
    #: The newest commit of the branch.
    scn: int
    is_default: bool
    is_protected: bool
    read_only: bool
    #: False while the branch follows its parent's head.
    isolated: bool
    stats: BranchStats


@dataclass(frozen=True)
class MergeConflict:
    #: Table and key: `users:123`.
    key: str
    table: str
    #: The key as text; as JSON if it is composite, or if its text could mean another row in conflict.
    row_id: Optional[str]
    #: None if the whole row is in conflict.
    column: Optional[str]
    conflict_type: str
    base_value: Any
    source_value: Any
    target_value: Any
    #: The strategy that decided it.
    resolution: Optional[str]
    resolved_value: Any


@dataclass(frozen=True)
class MergeResult:
    merged_at: datetime
    #: Rows and schema objects merged without a conflict.
    merged_keys: int
    conflicts: List[MergeConflict]
    #: Number of all conflicts; at most 1,000 are listed.
    conflict_count: int
    #: False for a dry run, which changes nothing.
    completed: bool
    message: str
    #: The target's newest commit.
    scn: int
    source_deleted: bool


def branch(wire: Dict[str, Any]) -> Branch:
    stats = wire["stats"]
    expires = wire["expires_at"]
    fields = {name: wire[name] for name in _SAME}
    return Branch(
        **fields,
        created_at=read_time(wire["created_at"]),
        forked_at=read_time(wire["snapshot_id"]),
        updated_at=read_time(wire["updated_at"]),
        expires_at=None if expires is None else read_time(expires),
        stats=BranchStats(stats["total_keys"], stats["size_bytes"], read_time(stats["last_modified"])),
    )


#: Fields that have the same name and value in the JSON.
_SAME = (
    *("id", "name", "display_name", "metadata", "parent", "state", "scn"),
    *("is_default", "is_protected", "read_only", "isolated"),
)


def merge_result(wire: Dict[str, Any]) -> MergeResult:
    return MergeResult(
        merged_at=read_time(wire["merge_timestamp"]),
        merged_keys=wire["merged_keys"],
        conflicts=[conflict(one) for one in wire["conflicts"]],
        conflict_count=wire["conflict_count"],
        completed=wire["completed"],
        message=wire["message"],
        scn=wire["scn"],
        source_deleted=wire["source_deleted"],
    )


def conflict(wire: Dict[str, Any]) -> MergeConflict:
    return MergeConflict(**{name: wire[name] for name in MergeConflict.__dataclass_fields__})
