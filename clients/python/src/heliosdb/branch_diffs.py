"""What differs between two states."""

from typing import Iterator, Optional, Sequence

from .diff_results import Diff, RowDifference, diff
from .points import AsOf, url_point
from .transport import Transport, path_of


class BranchDiffs:
    """The part of `client.branches` that compares."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def diff(
        self,
        name: str,
        *,
        from_state: Optional[str] = None,
        as_of: Optional[AsOf] = None,
        tables: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Diff:
        """
        The changes from another state to this branch: schema, counts, and one page of rows. `from_state` is `main` or
        `main@scn:42`; by default, the parent as it was at the fork.
        """
        query = {
            "from": from_state,
            "as_of": None if as_of is None else url_point(as_of),
            "tables": None if tables is None else ",".join(tables),
            "limit": limit,
            "cursor": cursor,
        }
        return diff(
            self._transport.call(
                "GET", path_of("/v1/branches/{branch}/diff", branch=name), query=query, timeout=timeout
            )
        )

    def diff_rows(
        self,
        name: str,
        *,
        from_state: Optional[str] = None,
        as_of: Optional[AsOf] = None,
        tables: Optional[Sequence[str]] = None,
        timeout: Optional[float] = None,
    ) -> Iterator[RowDifference]:
        """All rows that differ. Pages are requested as needed, and compare the same two states as the first."""
        cursor: Optional[str] = None
        while True:
            page = self.diff(name, from_state=from_state, as_of=as_of, tables=tables, cursor=cursor, timeout=timeout)
            yield from page.rows
            cursor = page.next_cursor
            if cursor is None:
                return
