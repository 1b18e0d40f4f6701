"""Every call on a real server, whose address and key are in HELIOSDB_URL and HELIOSDB_API_KEY."""

import datetime
import math
import os
import threading
import unittest
import uuid
from typing import Any, Dict, List

from heliosdb import (
    AuthenticationError,
    ConflictError,
    HeliosDBClient,
    InvalidRequestError,
    NotFoundError,
    QueryTimeoutError,
)

URL, KEY = os.environ.get("HELIOSDB_URL"), os.environ.get("HELIOSDB_API_KEY")
SLOW = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"


@unittest.skipIf(URL is None, "HELIOSDB_URL is not set")
class OnAServer(unittest.TestCase):
    def setUp(self) -> None:
        self.client = HeliosDBClient(str(URL), KEY)
        self.addCleanup(self.client.close)
        self.branch = f"t-{uuid.uuid4().hex[:8]}"
        self.client.branches.create(self.branch)
        self.client.branches.execute(
            self.branch,
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, big BIGINT, part REAL, photo BLOB, ok BOOLEAN)",
        )

    def test_values_come_back_exactly(self) -> None:
        rows: List[Dict[str, Any]] = [
            {
                "id": 2**63 - 1,
                "name": "9223372036854775807",
                "big": -(2**63),
                "part": 2.0,
                "photo": bytes(range(256)),
                "ok": True,
            },
            {"id": -(2**63), "name": "Zoë\u2028\0", "big": 2**53, "part": math.inf, "photo": b"", "ok": False},
            {"id": 1, "name": None, "big": None, "part": 0.1 + 0.2, "photo": None, "ok": None},
        ]
        self.client.data.insert(self.branch, "users", rows)
        wanted = sorted(rows, key=lambda row: int(row["id"] or 0))
        self.assertEqual(list(self.client.data.rows(self.branch, "users", order_by="id", limit=2)), wanted)
        queried = self.client.branches.query(self.branch, "SELECT * FROM users ORDER BY id")
        self.assertEqual(queried.rows, wanted)
        self.assertEqual(queried.column_types, ["int8", "text", "int8", "float8", "bytea", "bool"])
        for row in wanted:
            found = self.client.branches.query(
                self.branch, "SELECT $1 AS big, $2 AS photo, typeof($3) AS kind", [row["big"], row["photo"], 2.0]
            )
            self.assertEqual(found.rows, [{"big": row["big"], "photo": row["photo"], "kind": "real"}])
            by_name = self.client.sql.query(
                "SELECT :big AS big, @photo AS photo", {"big": row["big"], "photo": row["photo"]}, branch=self.branch
            )
            self.assertEqual(by_name.rows, [{"big": row["big"], "photo": row["photo"]}])

    def test_rows(self) -> None:
        data, branch = self.client.data, self.branch
        done = data.insert(branch, "users", [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bo"}])
        self.assertEqual((done.inserted, done.updated, done.skipped, done.ids), (2, 0, 0, [1, 2]))
        again = data.insert(branch, "users", [{"id": 2, "name": "Bob"}], on_conflict="update")
        self.assertEqual((again.inserted, again.updated), (0, 1))
        self.assertEqual(data.update(branch, "users", filter="id = 1", values={"ok": True}).updated, 1)
        page = data.get(branch, "users", columns=["id", "name"], filter="ok", order_by=["id DESC"])
        self.assertEqual((page.rows, page.total, page.page), ([{"id": 1, "name": "Ann"}], 1, 1))
        self.assertEqual((page.has_more, page.next_cursor), (False, None))
        self.assertEqual(data.delete(branch, "users", filter="true").deleted, 2)
        self.assertEqual([row["name"] for row in data.rows(branch, "users", as_of=f"scn:{done.scn}")], ["Ann", "Bo"])

    def test_sql(self) -> None:
        made = self.client.branches.execute(
            self.branch, "INSERT INTO users (id, big) VALUES ($1, $2) RETURNING big", [1, 2**60]
        )
        self.assertEqual((made.statement_type, made.affected_rows), ("INSERT", 1))
        self.assertEqual(made.returning and made.returning.rows, [{"big": 2**60}])
        both = self.client.branches.batch(
            self.branch,
            ["UPDATE users SET name = 'x'", ("INSERT INTO users (id) VALUES (?)", [2])],
            message="two",
            idempotency_key=self.branch,
        )
        self.assertEqual([one.statement_type for one in both.results], ["UPDATE", "INSERT"])
        now = self.client.branches.query(self.branch, "SELECT id FROM users", max_rows=1, explain=True)
        self.assertEqual((now.row_count, now.truncated), (1, True))
        self.assertTrue(now.execution_plan)
        then = self.client.branches.query(self.branch, "SELECT id FROM users", as_of={"type": "scn", "value": made.scn})
        self.assertEqual(then.rows, [{"id": 1}])

    def test_branches(self) -> None:
        client, branches = self.client, self.client.branches
        expires = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
        child = branches.create(
            f"{self.branch}-child", source_branch=self.branch, display_name="Ü", metadata={"a": [1]}, expires_at=expires
        )
        self.assertEqual((child.parent, child.state, child.expires_at), (self.branch, "Active", expires))
        self.assertEqual((child.display_name, child.metadata), ("Ü", {"a": [1]}))
        self.assertIn(child.name, [one.name for one in branches.list()])
        client.data.insert(child.name, "users", [{"id": 1, "name": "Ann"}])
        diff = branches.diff(child.name)
        self.assertEqual([(one.table, one.inserted) for one in diff.tables], [("users", 1)])
        self.assertEqual((diff.from_state.branch, diff.schema), (self.branch, []))
        only = [(one.kind, one.key, one.from_row) for one in branches.diff_rows(child.name, tables=["users"])]
        self.assertEqual(only, [("insert", [1], None)])
        dry = branches.merge(child.name, target_branch=self.branch, dry_run=True)
        self.assertFalse(dry.completed)
        client.data.insert(self.branch, "users", [{"id": 1, "name": "Bo"}])
        with self.assertRaises(ConflictError) as caught:
            branches.merge(child.name, target_branch=self.branch, conflict_resolution="manual")
        self.assertEqual(caught.exception.details["conflicts"][0]["table"], "users")
        merged = branches.merge(
            child.name,
            target_branch=self.branch,
            conflict_resolution="source_wins",
            delete_after_merge=True,
            message="m",
        )
        self.assertEqual((merged.completed, merged.source_deleted), (True, True))
        self.assertEqual([(one.table, one.conflict_type) for one in merged.conflicts], [("users", "insert_insert")])
        self.assertEqual(client.data.get(self.branch, "users").rows[0]["name"], "Ann")
        branches.delete(self.branch)
        with self.assertRaises(NotFoundError) as gone:
            branches.get(self.branch)
        self.assertEqual((gone.exception.code, gone.exception.status), ("BRANCH_NOT_FOUND", 404))

    def test_snapshots(self) -> None:
        snapshots = self.client.branches.snapshots
        made = snapshots.create(self.branch, name="before", description="d")
        self.assertEqual((made.name, made.branch, made.type), ("before", self.branch, "manual"))
        self.assertEqual([one.id for one in snapshots.list(self.branch)], [made.id])
        self.client.data.insert(self.branch, "users", [{"id": 1}])
        past = {"type": "snapshot", "value": made.id}
        self.assertEqual(self.client.data.get(self.branch, "users", as_of=past).rows, [])
        self.assertEqual(snapshots.delete(self.branch, "before").id, made.id)
        times = self.client.branches.get(self.branch)
        self.assertEqual(self.client.data.get(self.branch, "users", as_of=times.updated_at).total, 1)

    def test_errors(self) -> None:
        with self.assertRaises(InvalidRequestError) as wrong:
            self.client.branches.query(self.branch, "SELECT nme FROM users")
        self.assertEqual(wrong.exception.code, "SQL_NAME_NOT_FOUND")
        self.assertRegex(str(wrong.exception.request_id), "^req_")
        with self.assertRaises(QueryTimeoutError):
            self.client.sql.query(SLOW, timeout_ms=50)
        with self.assertRaises(InvalidRequestError) as failed:
            self.client.branches.batch(self.branch, ["DELETE FROM users", "DELETE FROM nothing"])
        self.assertEqual(failed.exception.details["statement_index"], 1)
        with HeliosDBClient(str(URL), "wrong") as stranger, self.assertRaises(AuthenticationError):
            stranger.branches.list()

    def test_threads_share_a_client(self) -> None:
        sums: List[int] = []

        def work(base: int) -> None:
            for n in range(10):
                sums.append(self.client.sql.query("SELECT $1 + 0 AS n", [base + n]).rows[0]["n"])

        threads = [threading.Thread(target=work, args=(base,)) for base in range(0, 80, 10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(sums), list(range(80)))
