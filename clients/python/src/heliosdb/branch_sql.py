"""SQL on a branch that is named first."""

from typing import Optional, Sequence

from .points import AsOf
from .results import BatchResult, ExecuteResult, QueryResult
from .sql import Sql, Statement
from .values import Parameters


class BranchSql:
    """The part of `client.branches` that runs SQL: `client.sql` on one branch."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def query(
        self,
        name: str,
        sql: str,
        params: Optional[Parameters] = None,
        *,
        as_of: Optional[AsOf] = None,
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        explain: Optional[bool] = None,
        timeout: Optional[float] = None,
    ) -> QueryResult:
        """`client.sql.query` on this branch."""
        return self._sql.query(
            sql,
            params,
            branch=name,
            as_of=as_of,
            timeout_ms=timeout_ms,
            max_rows=max_rows,
            explain=explain,
            timeout=timeout,
        )

    def execute(
        self,
        name: str,
        sql: str,
        params: Optional[Parameters] = None,
        *,
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> ExecuteResult:
        """`client.sql.execute` on this branch."""
        return self._sql.execute(
            sql,
            params,
            branch=name,
            timeout_ms=timeout_ms,
            max_rows=max_rows,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )

    def batch(
        self,
        name: str,
        statements: Sequence[Statement],
        *,
        message: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> BatchResult:
        """`client.sql.batch` on this branch."""
        return self._sql.batch(
            statements,
            branch=name,
            message=message,
            timeout_ms=timeout_ms,
            max_rows=max_rows,
            idempotency_key=idempotency_key,
            timeout=timeout,
        )
