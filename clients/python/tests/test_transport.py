"""What is sent, what is sent again, and which errors come of what is answered."""

import copy
import pickle
import time
import unittest
from typing import Any, Callable, List

import heliosdb
from heliosdb import HeliosDBClient, Retry
from scripted_server import Answer, ScriptedServer, refusal

BRANCHES = Answer(body={"total": 0, "branches": []})
INSERTED = Answer(201, {"inserted": 1, "ids": [1], "message": "", "scn": 2})
UPDATED = Answer(body={"updated": 1, "message": "", "scn": 2})
RESULT = Answer(
    body={
        "columns": [],
        "column_types": [],
        "rows": [],
        "row_count": 0,
        "execution_time_ms": 1,
        "truncated": False,
        "scn": 1,
    }
)
DROP = Answer(drop=True)


def client_of(server: ScriptedServer, attempts: int = 4, **options: Any) -> HeliosDBClient:
    return HeliosDBClient(server.url, "hdb_test", retry=Retry(attempts=attempts, base_delay=0.001), **options)


class Errors(unittest.TestCase):
    def test_they_reach_another_process_as_they_are(self) -> None:
        for kind in (heliosdb.NotFoundError, heliosdb.ConnectionError, heliosdb.UnexpectedResponseError):
            error = kind("gone", code="X", status=404, details={"table": "t"}, request_id="req_1", retry_after=2.5)
            for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
                self.assertIs(type(again), kind)
                self.assertEqual((str(again), again.__dict__), (str(error), error.__dict__))

    def test_none_shows_a_secret_that_cannot_be_sent(self) -> None:
        for secret in ("", "a\nb", "a b", "geh\u00e9im"):
            for name in ("api_key", "token"):
                with self.assertRaises(ValueError) as caught:
                    HeliosDBClient("http://localhost:1", **{name: secret})
                self.assertEqual(
                    str(caught.exception),
                    f"Invalid {name}. Expected visible ASCII characters: no space and no end of a line.",
                )


class Retries(unittest.TestCase):
    def test_a_read_is_sent_again_after_a_lost_connection_and_a_gateway_without_an_answer(self) -> None:
        page = Answer(502, raw=b"<html>bad gateway</html>")
        with ScriptedServer(DROP, page, BRANCHES) as server, client_of(server) as client:
            self.assertEqual(client.branches.list(), [])
            self.assertEqual(len(server.seen), 3)

    def test_a_query_is_a_read(self) -> None:
        with ScriptedServer(DROP, RESULT) as server, client_of(server) as client:
            client.sql.query("SELECT 1")
            self.assertNotIn("Idempotency-Key", server.seen[1]["headers"])

    def test_a_post_that_changes_something_is_sent_again_by_one_key_of_its_own(self) -> None:
        busy = refusal(409, "IDEMPOTENCY_IN_PROGRESS", {"Retry-After": "0"})
        with ScriptedServer(DROP, busy, INSERTED) as server, client_of(server) as client:
            client.data.insert("main", "t", [{"id": 1}])
            client.data.insert("main", "t", [{"id": 2}], idempotency_key="mine")
            keys = [one["headers"]["Idempotency-Key"] for one in server.seen]
            self.assertEqual(len(set(keys[:3])), 1)
            self.assertRegex(keys[0], "^[0-9a-f-]{36}$")
            self.assertEqual(keys[3], "mine")
        with ScriptedServer(INSERTED) as server, client_of(server, attempts=1) as client:
            client.data.insert("main", "t", [{"id": 1}])
            self.assertNotIn("Idempotency-Key", server.seen[0]["headers"])

    def test_a_put_and_a_delete_are_not_sent_again_after_a_lost_connection(self) -> None:
        calls: List[Callable[[HeliosDBClient], object]] = [
            lambda client: client.data.update("main", "t", filter="id = 1", values={"a": 1}),
            lambda client: client.data.delete("main", "t", filter="id = 1"),
            lambda client: client.branches.delete("b"),
        ]
        for call in calls:
            with ScriptedServer(DROP, UPDATED) as server, client_of(server) as client:
                with self.assertRaises(heliosdb.ConnectionError) as caught:
                    call(client)
                self.assertEqual((caught.exception.code, caught.exception.status), ("CONNECTION_FAILED", 0))
                self.assertEqual(len(server.seen), 1)

    def test_they_are_where_the_server_did_not_begin(self) -> None:
        for refused in (refusal(429, "RATE_LIMITED"), refusal(503, "OVERLOADED"), refusal(503, "SHUTTING_DOWN"), refusal(503, "NOT_ACTIVE")):
            with ScriptedServer(refused, UPDATED) as server, client_of(server) as client:
                self.assertEqual(client.data.update("main", "t", filter="true", values={"a": 1}).updated, 1)

    def test_nothing_is_sent_again_after_a_refusal_or_more_often_than_told(self) -> None:
        for status in (400, 401, 403, 404, 408, 409, 422, 500):
            with ScriptedServer(refusal(status, "X")) as server, client_of(server) as client:
                with self.assertRaises(heliosdb.HeliosDBError):
                    client.branches.list()
                self.assertEqual(len(server.seen), 1, status)
        with ScriptedServer(refusal(429, "X")) as server, client_of(server, attempts=3) as client:
            with self.assertRaises(heliosdb.RateLimitedError):
                client.branches.list()
            self.assertEqual(len(server.seen), 3)

    def test_retry_after_is_waited_for_unless_it_is_too_long(self) -> None:
        with ScriptedServer(refusal(429, "X", {"Retry-After": "1"}), BRANCHES) as server, client_of(server) as client:
            begin = time.monotonic()
            client.branches.list()
            self.assertGreaterEqual(time.monotonic() - begin, 1)
        with ScriptedServer(refusal(429, "X", {"Retry-After": "120"})) as server, client_of(server) as client:
            with self.assertRaises(heliosdb.RateLimitedError) as caught:
                client.branches.list()
            self.assertEqual(caught.exception.retry_after, 120)
            self.assertEqual(len(server.seen), 1)


class Errors(unittest.TestCase):
    def error_after(self, answer: Answer) -> heliosdb.HeliosDBError:
        with ScriptedServer(answer) as server, client_of(server, attempts=1) as client:
            with self.assertRaises(heliosdb.HeliosDBError) as caught:
                client.branches.get("x")
            return caught.exception

    def test_each_status_has_its_class(self) -> None:
        classes = {
            400: heliosdb.InvalidRequestError,
            401: heliosdb.AuthenticationError,
            403: heliosdb.AuthenticationError,
            404: heliosdb.NotFoundError,
            408: heliosdb.QueryTimeoutError,
            409: heliosdb.ConflictError,
            422: heliosdb.InvalidRequestError,
            429: heliosdb.RateLimitedError,
            500: heliosdb.HeliosDBError,
        }
        for status, kind in classes.items():
            error = self.error_after(refusal(status, "SOME_CODE", conflicts=[1]))
            self.assertIs(type(error), kind)
            self.assertEqual((error.status, error.code, error.request_id), (status, "SOME_CODE", "req_1"))
            self.assertEqual(error.details, {"conflicts": [1]})
            self.assertEqual(str(error), "refused with SOME_CODE [SOME_CODE]")

    def test_the_other_dialect_is_read_too(self) -> None:
        error = {"code": "MERGE_CONFLICT", "message": "It has conflicts", "details": {"conflict_count": 7}}
        caught = self.error_after(Answer(409, {"success": False, "error": error, "meta": {"request_id": "req_9"}}))
        self.assertIsInstance(caught, heliosdb.ConflictError)
        self.assertEqual((caught.code, caught.details), ("MERGE_CONFLICT", {"conflict_count": 7}))

    def test_what_is_not_the_servers_answer_is_an_error_of_its_own(self) -> None:
        for answer in (
            Answer(200, raw=b"<html>log in</html>"),
            Answer(200, raw=b'{"id": "br_1", "na'),
            Answer(200, body=[1]),
            Answer(200, body={"success": True, "data": {}, "meta": {}}),
            Answer(404, raw=b"<html>not found</html>"),
            Answer(403, body={"message": "Forbidden by the gateway"}),
            Answer(307, raw=b"", headers={"Location": "http://192.0.2.1/"}),
        ):
            error = self.error_after(answer)
            self.assertIs(type(error), heliosdb.UnexpectedResponseError)
            self.assertIsInstance(error, heliosdb.ConnectionError)
            self.assertEqual((error.status, error.code), (answer.status, "INVALID_ANSWER"))

    def test_a_response_that_is_cut_off_is_a_lost_connection(self) -> None:
        error = self.error_after(Answer(200, raw=b'{"id"', headers={"Content-Length": "100", "Connection": "close"}))
        self.assertEqual(error.code, "CONNECTION_FAILED")
        self.assertIsInstance(error, ConnectionError)


class Connections(unittest.TestCase):
    def test_one_is_used_again_and_a_stale_one_is_not(self) -> None:
        closing = Answer(200, {"total": 0, "branches": []}, {"Connection": "close"})
        with ScriptedServer(BRANCHES, BRANCHES, closing, UPDATED) as server, client_of(server) as client:
            for _ in range(3):
                client.branches.list()
            self.assertEqual(server.connections, 1)
            time.sleep(0.05)
            client.data.update("main", "t", filter="true", values={"a": 1})
            self.assertEqual(server.connections, 2)

    def test_the_server_is_waited_for_as_long_as_told(self) -> None:
        with ScriptedServer(Answer(body={"total": 0, "branches": []}, hang=0.3)) as server:
            with client_of(server, attempts=1) as client:
                with self.assertRaises(heliosdb.ConnectionError) as caught:
                    client.branches.list(timeout=0.1)
                self.assertEqual(caught.exception.code, "REQUEST_TIMEOUT")
                with client_of(server, attempts=1, timeout=0.1) as hasty:
                    self.assertRaises(heliosdb.ConnectionError, hasty.branches.list)
                self.assertEqual(client.branches.list(), [])
        with ScriptedServer(RESULT) as server, client_of(server, timeout=0.0001) as client:
            client.sql.query("SELECT 1", timeout_ms=10_000)

    def test_a_closed_client_sends_nothing(self) -> None:
        with ScriptedServer(BRANCHES) as server:
            with client_of(server) as client:
                client.branches.list()
            with self.assertRaises(RuntimeError):
                client.branches.list()

    def test_mistakes_show_where_the_client_is_made(self) -> None:
        for options, message in (
            ({"base_url": "localhost:8080"}, "http or https"),
            ({"base_url": "http://localhost/v1"}, "/v1"),
            ({"base_url": "http://localhost", "timeout": 0}, "timeout"),
            ({"base_url": "http://localhost", "ca": "ca.pem"}, "https"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                HeliosDBClient(**options)
        with self.assertRaisesRegex(ValueError, "attempts"):
            Retry(attempts=0)
        with self.assertRaisesRegex(ValueError, "base_delay"):
            Retry(base_delay=-1)

    def test_a_path_has_no_empty_part_and_no_open_one(self) -> None:
        with ScriptedServer(BRANCHES) as server, client_of(server, attempts=1) as client:
            for name in ("", ".", ".."):
                with self.assertRaises(ValueError):
                    client.branches.get(name)
            self.assertEqual(server.seen, [])
            with self.assertRaises(KeyError):
                client.branches.get("a/../b c?")
            self.assertEqual(server.seen[0]["path"], "/v1/branches/a%2F..%2Fb%20c%3F")
