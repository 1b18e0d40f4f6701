"""Values on their way to the server and back, without loss: 64-bit integers, bytes, infinities, times."""

import base64
import binascii
import datetime
import decimal
import math
import re
from typing import Any, Dict, List, Mapping, Sequence, Union

#: A value to send: plain, or {"type": …, "value": …} to name the type.
Value = Union[
    None,
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    memoryview,
    datetime.datetime,
    datetime.date,
    decimal.Decimal,
    Mapping[str, Any],
]
Row = Dict[str, Any]
#: Values for `$1`, `$2`, … or for each `?`, in order; or for `:name`, `@name` and `$name`, by name.
Parameters = Union[Sequence[Value], Mapping[str, Value]]

_LARGEST = 2**53 - 1
_INTEGER = re.compile(r"-?[1-9][0-9]{15,18}", re.ASCII)
#: Types of columns where SQLite turns a text of digits into an integer, so that one can only be an integer.
_WITH_INTEGERS = {"int4", "int8", "numeric", "bool", "timestamp", "date"}
_INFINITE = {"Infinity": math.inf, "-Infinity": -math.inf}


def wire_value(value: Value) -> Any:
    """A value as the server takes it. Raises ValueError or TypeError for one that it can't store exactly."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return _wire_integer(value)
    if isinstance(value, float):
        return _wire_float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"type": "bytea", "value": base64.b64encode(value).decode()}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return {"type": "numeric", "value": str(value)}
    if isinstance(value, Mapping) and "type" in value:
        return dict(value)
    raise TypeError(
        f"Invalid value of type {type(value).__name__}. Expected None, bool, int, float, str, bytes, datetime, date, "
        'Decimal, or {"type": …, "value": …}; for JSON send {"type": "json", "value": …}.'
    )


def _wire_integer(value: int) -> Any:
    if -_LARGEST <= value <= _LARGEST:
        return int(value)
    if -(2**63) <= value < 2**63:
        return {"type": "int8", "value": str(int(value))}
    raise ValueError(f"Invalid integer {value}. Expected at most 64 bits.")


def _wire_float(value: float) -> Any:
    if math.isnan(value):
        raise ValueError("Invalid value NaN. Expected a number that can be stored; for no value send None.")
    if math.isinf(value):
        return {"type": "float8", "value": "Infinity" if value > 0 else "-Infinity"}
    # Without its type, 2.0 would arrive as the integer 2.
    return {"type": "float8", "value": value} if value.is_integer() else value


def wire_parameters(params: Parameters) -> Any:
    if isinstance(params, Mapping):
        return {name: wire_value(value) for name, value in params.items()}
    return wire_values(params)


def wire_values(values: Sequence[Value]) -> List[Any]:
    if isinstance(values, (str, bytes)):
        raise TypeError(f"Expected a list of values, got {type(values).__name__}. Put it into a list.")
    return [wire_value(value) for value in values]


def wire_row(row: Mapping[str, Value]) -> Dict[str, Any]:
    return {column: wire_value(value) for column, value in row.items()}


def read_rows(rows: List[Row], columns: List[str], types: List[str]) -> List[Row]:
    """Decodes, in place, columns whose JSON is not the value itself."""
    for column, kind in zip(columns, types):
        decode = _decoder(kind)
        if decode is not None:
            for row in rows:
                row[column] = decode(row[column])
    return rows


def _decoder(kind: str) -> Any:
    if kind in _WITH_INTEGERS:
        return _read_integer
    return {"bytea": _read_bytes, "float8": _read_float}.get(kind)


def _read_integer(value: Any) -> Any:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        integer = int(value)
        if -(2**63) <= integer < 2**63 and abs(integer) > _LARGEST:
            return integer
    return value


def _read_float(value: Any) -> Any:
    if isinstance(value, str):
        return _INFINITE.get(value, value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _read_bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        # A text in a column of bytes.
        return value
