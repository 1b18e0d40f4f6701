"""Rows of a table, without SQL."""

from typing import Iterator, Mapping, Optional, Sequence, Union

from .errors import InvalidRequestError
from .points import AsOf, url_point
from .read_results import insert_result, table_page
from .results import DeleteResult, InsertResult, TablePage, UpdateResult
from .transport import Transport, path_of
from .values import Row, Value, wire_row

#: The server's maximum page size, used to read all rows.
_LARGEST_PAGE = 1000


class Data:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        branch: str,
        table: str,
        *,
        filter: Optional[str] = None,
        columns: Optional[Sequence[str]] = None,
        order_by: Optional[Union[str, Sequence[str]]] = None,
        page: Optional[int] = None,
        cursor: Optional[str] = None,
        limit: Optional[int] = None,
        as_of: Optional[AsOf] = None,
        timeout: Optional[float] = None,
    ) -> TablePage:
        """
        One page of a table's rows, now or at an earlier point in time. `filter` is one SQL expression, which takes no
        parameters: for user input, use `sql.query`.
        """
        query = {
            "filter": filter,
            "columns": None if columns is None else _names(columns),
            "order_by": None if order_by is None else _names(order_by),
            "page": page,
            "cursor": cursor,
            "limit": limit,
            "as_of": None if as_of is None else url_point(as_of),
        }
        return table_page(self._transport.call("GET", _path(branch, table), query=query, timeout=timeout))

    def rows(
        self,
        branch: str,
        table: str,
        *,
        filter: Optional[str] = None,
        columns: Optional[Sequence[str]] = None,
        order_by: Optional[Union[str, Sequence[str]]] = None,
        limit: int = _LARGEST_PAGE,
        as_of: Optional[AsOf] = None,
        timeout: Optional[float] = None,
    ) -> Iterator[Row]:
        """Every row, all of one point in time. Pages of `limit` rows are requested as the rows are read."""
        cursor: Optional[str] = None
        while True:
            page = self.get(
                branch,
                table,
                filter=filter,
                columns=columns,
                order_by=order_by,
                cursor=cursor,
                limit=limit,
                as_of=as_of,
                timeout=timeout,
            )
            if page.has_more and page.next_cursor is None:
                raise InvalidRequestError(
                    f"The rows of '{table}' can't be read to the end with a cursor: it is a view, or has a key too "
                    "long for a cursor. Ask for pages by number, or send SQL.",
                    code="INVALID_CURSOR",
                    details={"table": table},
                )
            yield from page.rows
            cursor = page.next_cursor
            if cursor is None:
                return

    def insert(
        self,
        branch: str,
        table: str,
        rows: Sequence[Mapping[str, Value]],
        *,
        on_conflict: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> InsertResult:
        """
        Inserts all rows or none, as one commit. `on_conflict`, for a row whose key exists: `error` (the default),
        `ignore` or `update`.
        """
        body = {"rows": [wire_row(row) for row in rows], "on_conflict": on_conflict}
        wire = self._transport.call(
            "POST", _path(branch, table), body=body, idempotency_key=idempotency_key, timeout=timeout
        )
        return insert_result(wire)

    def update(
        self, branch: str, table: str, *, filter: str, values: Mapping[str, Value], timeout: Optional[float] = None
    ) -> UpdateResult:
        """Updates all rows that match the filter, as one commit; `"true"` means all rows."""
        body = {"filter": filter, "values": wire_row(values)}
        wire = self._transport.call("PUT", _path(branch, table), body=body, timeout=timeout)
        return UpdateResult(wire["updated"], wire["scn"])

    def delete(self, branch: str, table: str, *, filter: str, timeout: Optional[float] = None) -> DeleteResult:
        """Deletes all rows that match the filter, as one commit; `"true"` means all rows."""
        wire = self._transport.call("DELETE", _path(branch, table), body={"filter": filter}, timeout=timeout)
        return DeleteResult(wire["deleted"], wire["scn"])


def _path(branch: str, table: str) -> str:
    return path_of("/v1/branches/{branch}/tables/{table}/data", branch=branch, table=table)


def _names(names: Union[str, Sequence[str]]) -> str:
    return names if isinstance(names, str) else ",".join(names)
