"""Results of comparing two states."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from .values import Row


@dataclass(frozen=True)
class BranchState:
    branch: str
    scn: int


@dataclass(frozen=True)
class SchemaDifference:
    #: `table`, `index`, `view` or `trigger`.
    type: str
    name: str
    #: `added`, `dropped` or `altered`.
    change: str
    #: Its CREATE statement in the other state, and in the branch; None where it doesn't exist.
    from_sql: Optional[str]
    to_sql: Optional[str]


@dataclass(frozen=True)
class TableChange:
    table: str
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True)
class RowDifference:
    table: str
    #: `insert`, `update` or `delete`.
    kind: str
    #: The columns of the primary key; empty if the table declares none.
    key: List[Any]
    #: The row in the other state, and in the branch, with values as in the JSON; None where it doesn't exist.
    from_row: Optional[Row]
    to_row: Optional[Row]
    #: Columns whose value differs.
    changed: List[str]


@dataclass(frozen=True)
class Diff:
    #: The other state of the comparison, and that of the branch.
    from_state: BranchState
    to_state: BranchState
    schema: List[SchemaDifference]
    #: Counts of all differences, not only of the page.
    tables: List[TableChange]
    rows: List[RowDifference]
    #: The `cursor` of the next page; None on the last.
    next_cursor: Optional[str]


def diff(wire: Dict[str, Any]) -> Diff:
    return Diff(
        from_state=BranchState(**wire["from"]),
        to_state=BranchState(**wire["to"]),
        schema=[
            SchemaDifference(one["type"], one["name"], one["change"], one["from"], one["to"]) for one in wire["schema"]
        ],
        tables=[TableChange(one["table"], one["inserted"], one["updated"], one["deleted"]) for one in wire["tables"]],
        rows=[
            RowDifference(one["table"], one["kind"], one["key"], one["from"], one["to"], one["changed"])
            for one in wire["rows"]
        ],
        next_cursor=wire["next_cursor"],
    )
