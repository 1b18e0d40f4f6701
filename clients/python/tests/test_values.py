"""Values keep their exact type and value on the way to the server's JSON and back from it."""

import datetime
import decimal
import json
import math
import random
import unittest
from typing import Any

from heliosdb.points import body_point, url_point
from heliosdb.values import read_rows, wire_value

UTC = datetime.timezone.utc


def decoded(kind: str, cell: Any) -> Any:
    return read_rows([{"a": cell}], ["a"], [kind])[0]["a"]


class Sent(unittest.TestCase):
    def test_each_kind(self) -> None:
        for value, wire in (
            (None, None),
            (True, True),
            (7, 7),
            (2**53 - 1, 2**53 - 1),
            (2**53, {"type": "int8", "value": "9007199254740992"}),
            (-(2**63), {"type": "int8", "value": "-9223372036854775808"}),
            (1.5, 1.5),
            (2.0, {"type": "float8", "value": 2.0}),
            (-math.inf, {"type": "float8", "value": "-Infinity"}),
            (b"\x00\xff", {"type": "bytea", "value": "AP8="}),
            (bytearray(b"a"), {"type": "bytea", "value": "YQ=="}),
            (memoryview(b"a"), {"type": "bytea", "value": "YQ=="}),
            (decimal.Decimal("1.10"), {"type": "numeric", "value": "1.10"}),
            (datetime.date(2026, 1, 2), "2026-01-02"),
            (datetime.datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
            ({"type": "json", "value": [1]}, {"type": "json", "value": [1]}),
        ):
            self.assertEqual(wire_value(value), wire)
            self.assertIs(type(wire_value(value)), type(wire))

    def test_what_can_not_be_stored_is_refused(self) -> None:
        for value in (2**63, -(2**63) - 1, math.nan):
            self.assertRaises(ValueError, wire_value, value)
        for other in ([1], {"a": 1}, object()):
            self.assertRaises(TypeError, wire_value, other)

    def test_points_in_time(self) -> None:
        time = datetime.datetime(2026, 1, 2, tzinfo=UTC)
        for point, body, url in (
            (time, 1767312000000, "1767312000000"),
            ("scn:4", "scn:4", "scn:4"),
            (1767312000, 1767312000, "1767312000"),
            ({"type": "now"}, {"type": "now"}, "now"),
            ({"type": "scn", "value": 4}, {"type": "scn", "value": 4}, "scn:4"),
            ({"type": "timestamp", "value": time}, {"type": "timestamp", "value": 1767312000000}, "1767312000000"),
        ):
            self.assertEqual((body_point(point), url_point(point)), (body, url))
        with self.assertRaisesRegex(ValueError, "zone"):
            body_point(datetime.datetime(2026, 1, 2))


class Received(unittest.TestCase):
    def test_each_kind(self) -> None:
        for kind, cell, value in (
            ("int8", "9223372036854775807", 2**63 - 1),
            ("int4", "-9223372036854775808", -(2**63)),
            ("int8", "9007199254740991", "9007199254740991"),
            ("int8", "9223372036854775808", "9223372036854775808"),
            ("int8", "abc", "abc"),
            ("int8", None, None),
            ("text", "9223372036854775807", "9223372036854775807"),
            ("float8", 2, 2.0),
            ("float8", "-Infinity", -math.inf),
            ("bytea", "AP8=", b"\x00\xff"),
            ("bytea", "no bytes", "no bytes"),
            ("bytea", 7, 7),
            ("bool", True, True),
        ):
            self.assertEqual(decoded(kind, cell), value)
            self.assertIs(type(decoded(kind, cell)), type(value))

    def test_integers_floats_and_bytes_survive_the_way_of_the_json(self) -> None:
        source = random.Random(7)
        for _ in range(2000):
            integer = source.getrandbits(64) - 2**63
            self.assertEqual(decoded("int8", as_the_server_sends(wire_value(integer))), integer)
            real = source.uniform(-1, 1) * 10 ** source.randint(-300, 300)
            self.assertEqual(decoded("float8", as_the_server_sends(wire_value(real))), real)
            content = bytes(source.getrandbits(8) for _ in range(source.randint(0, 40)))
            self.assertEqual(decoded("bytea", as_the_server_sends(wire_value(content))), content)


def as_the_server_sends(wire: Any) -> Any:
    """Without the type; text stays for bytes and for integers that a double can't hold."""
    cell = json.loads(json.dumps(wire))
    return cell["value"] if isinstance(cell, dict) else cell
