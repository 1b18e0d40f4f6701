"""Makes results from the server's JSON."""

from typing import Any, Dict

from .points import read_time
from .results import (
    BatchResult,
    ExecuteResult,
    InsertResult,
    QueryResult,
    ReturnedRows,
    Snapshot,
    StatementResult,
    TablePage,
)
from .values import read_rows


def query_result(wire: Dict[str, Any]) -> QueryResult:
    return QueryResult(
        **_row_set(wire),
        row_count=wire["row_count"],
        execution_time_ms=wire["execution_time_ms"],
        truncated=wire["truncated"],
        scn=wire["scn"],
        execution_plan=wire.get("execution_plan"),
    )


def execute_result(wire: Dict[str, Any]) -> ExecuteResult:
    return ExecuteResult(
        **_statement(wire), execution_time_ms=wire["execution_time_ms"], message=wire["message"], scn=wire["scn"]
    )


def batch_result(wire: Dict[str, Any]) -> BatchResult:
    results = [StatementResult(**_statement(one)) for one in wire["results"]]
    return BatchResult(results, wire["execution_time_ms"], wire["message"], wire["scn"])


def table_page(wire: Dict[str, Any]) -> TablePage:
    return TablePage(
        **_row_set(wire),
        limit=wire["limit"],
        has_more=wire["has_more"],
        next_cursor=wire["next_cursor"],
        scn=wire["scn"],
        total=wire.get("total"),
        page=wire.get("page"),
    )


def insert_result(wire: Dict[str, Any]) -> InsertResult:
    updated, skipped = wire.get("updated", 0), wire.get("skipped", 0)
    return InsertResult(wire["inserted"], updated, skipped, wire.get("ids", []), wire["scn"])


def snapshot(wire: Dict[str, Any]) -> Snapshot:
    names = Snapshot.__dataclass_fields__
    fields = {name: wire[name] for name in names}
    for name in ("timestamp", "created_at"):
        fields[name] = read_time(fields[name])
    return Snapshot(**fields)


def _row_set(wire: Dict[str, Any]) -> Dict[str, Any]:
    columns, types = wire["columns"], wire["column_types"]
    return {"columns": columns, "column_types": types, "rows": read_rows(wire["rows"], columns, types)}


def _statement(wire: Dict[str, Any]) -> Dict[str, Any]:
    returning = None
    if "rows" in wire:
        returning = ReturnedRows(**_row_set(wire), row_count=wire["row_count"], truncated=wire["truncated"])
    return {
        "statement_type": wire["statement_type"],
        "affected_rows": wire["affected_rows"],
        "returning": returning,
    }
