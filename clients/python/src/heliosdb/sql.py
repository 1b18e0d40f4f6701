"""SQL on a branch."""

from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

from .points import AsOf, body_point
from .read_results import batch_result, execute_result, query_result
from .results import BatchResult, ExecuteResult, QueryResult
from .transport import Transport, path_of
from .values import Parameters, wire_parameters

#: One statement of a batch: SQL, or SQL with its values.
Statement = Union[str, Tuple[str, Parameters]]


class Sql:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def query(
        self,
        sql: str,
        params: Optional[Parameters] = None,
        *,
        branch: str = "main",
        as_of: Optional[AsOf] = None,
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        explain: Optional[bool] = None,
        timeout: Optional[float] = None,
    ) -> QueryResult:
        """
        Runs one statement that only reads, now or at an earlier point in time. `params` are a list for `$1`, `$2`,
        … or for each `?` in order, or a dict for `:name`. `timeout_ms`: after it, the server stops the work.
        """
        body = {
            **_statement(sql, params),
            "as_of": None if as_of is None else body_point(as_of),
            "timeout_ms": timeout_ms,
            "max_rows": max_rows,
            "explain": explain,
        }
        path = path_of("/v1/branches/{branch}/query", branch=branch)
        wire = self._transport.call("POST", path, body=body, reads=True, timeout=timeout, server_timeout_ms=timeout_ms)
        return query_result(wire)

    def execute(
        self,
        sql: str,
        params: Optional[Parameters] = None,
        *,
        branch: str = "main",
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> ExecuteResult:
        """Runs one statement that writes rows or changes the schema, as one commit. RETURNING returns rows."""
        wire = self._transport.call(
            "POST",
            path_of("/v1/branches/{branch}/execute", branch=branch),
            body={**_statement(sql, params), "timeout_ms": timeout_ms, "max_rows": max_rows},
            idempotency_key=idempotency_key,
            timeout=timeout,
            server_timeout_ms=timeout_ms,
        )
        return execute_result(wire)

    def batch(
        self,
        statements: Sequence[Statement],
        *,
        branch: str = "main",
        message: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        max_rows: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> BatchResult:
        """
        Runs statements that write as one transaction: all of them or none, as one commit. A SELECT among them sees what
        those before it wrote. If one fails, `details["statement_index"]` of the error is its index, counted from 0.
        """
        wire = self._transport.call(
            "POST",
            path_of("/v1/branches/{branch}/batch", branch=branch),
            body={
                "statements": [_batch_statement(one) for one in statements],
                "message": message,
                "timeout_ms": timeout_ms,
                "max_rows": max_rows,
            },
            idempotency_key=idempotency_key,
            timeout=timeout,
            server_timeout_ms=timeout_ms,
        )
        return batch_result(wire)


def _statement(sql: str, params: Optional[Parameters]) -> Dict[str, Any]:
    return {"sql": sql} if params is None else {"sql": sql, "params": wire_parameters(params)}


def _batch_statement(statement: Statement) -> Mapping[str, Any]:
    if isinstance(statement, str):
        return _statement(statement, None)
    sql, params = statement
    return _statement(sql, params)
