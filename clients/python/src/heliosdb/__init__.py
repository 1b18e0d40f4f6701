"""A client for HeliosDB, the SQL database you can branch, merge and read at any point in time."""

from .branch_results import Branch, BranchStats, MergeConflict, MergeResult
from .client import HeliosDBClient
from .diff_results import BranchState, Diff, RowDifference, SchemaDifference, TableChange
from .errors import (
    AuthenticationError,
    ConflictError,
    ConnectionError,
    HeliosDBError,
    InvalidRequestError,
    NotFoundError,
    QueryTimeoutError,
    RateLimitedError,
    UnexpectedResponseError,
)
from .points import AsOf
from .results import (
    BatchResult,
    DeleteResult,
    ExecuteResult,
    InsertResult,
    QueryResult,
    ReturnedRows,
    Snapshot,
    StatementResult,
    TablePage,
    UpdateResult,
)
from .retry import Retry
from .values import Value
from .version import __version__

__all__ = [
    "AsOf",
    "AuthenticationError",
    "BatchResult",
    "Branch",
    "BranchState",
    "BranchStats",
    "ConflictError",
    "ConnectionError",
    "DeleteResult",
    "Diff",
    "ExecuteResult",
    "HeliosDBClient",
    "HeliosDBError",
    "InsertResult",
    "InvalidRequestError",
    "MergeConflict",
    "MergeResult",
    "NotFoundError",
    "QueryResult",
    "QueryTimeoutError",
    "RateLimitedError",
    "Retry",
    "ReturnedRows",
    "RowDifference",
    "SchemaDifference",
    "Snapshot",
    "StatementResult",
    "TableChange",
    "TablePage",
    "UnexpectedResponseError",
    "UpdateResult",
    "Value",
    "__version__",
]
