"""The results of calls. Times are in UTC and cut to the second, as the server sends them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, List, Optional

from .values import Row


@dataclass(frozen=True)
class RowSet:
    #: In order; equal names get `:1`, `:2` and so on.
    columns: List[str]
    column_types: List[str]
    #: Rows by column.
    rows: List[Row]


@dataclass(frozen=True)
class QueryResult(RowSet):
    row_count: int
    execution_time_ms: int
    #: True if `max_rows` cut the result.
    truncated: bool
    #: The commit that was read.
    scn: int
    #: With `explain`: one line per step.
    execution_plan: Optional[str]


@dataclass(frozen=True)
class ReturnedRows(RowSet):
    row_count: int
    truncated: bool


@dataclass(frozen=True)
class StatementResult:
    #: The main verb: INSERT, CREATE_TABLE and so on.
    statement_type: str
    affected_rows: int
    #: With RETURNING.
    returning: Optional[ReturnedRows]


@dataclass(frozen=True)
class ExecuteResult(StatementResult):
    execution_time_ms: int
    message: str
    #: The commit that was created.
    scn: int


@dataclass(frozen=True)
class BatchResult:
    #: In the order of the statements.
    results: List[StatementResult]
    execution_time_ms: int
    message: str
    #: The one commit that was made.
    scn: int


@dataclass(frozen=True)
class TablePage(RowSet):
    limit: int
    has_more: bool
    #: The `cursor` of the next page; None on the last, and for a view, whose rows have no key.
    next_cursor: Optional[str]
    scn: int
    #: Number of rows that match the filter; None with a cursor.
    total: Optional[int]
    #: None with a cursor.
    page: Optional[int]


@dataclass(frozen=True)
class InsertResult:
    inserted: int
    #: With `on_conflict="update"`.
    updated: int
    #: With `on_conflict="ignore"`.
    skipped: int
    #: Keys in the order of the rows; None for a skipped one, a list for a composite one. As in the JSON: an integer
    #: beyond 2^53 - 1 is a text.
    ids: List[Any]
    scn: int


@dataclass(frozen=True)
class UpdateResult:
    updated: int
    scn: int


@dataclass(frozen=True)
class DeleteResult:
    deleted: int
    scn: int


@dataclass(frozen=True)
class Snapshot:
    id: str
    name: Optional[str]
    description: Optional[str]
    branch: str
    scn: int
    #: Time of the commit.
    timestamp: datetime
    created_at: datetime
    #: `manual` or `automatic`.
    type: str
    author: str
    tables: int
    rows: int
    size_bytes: int
