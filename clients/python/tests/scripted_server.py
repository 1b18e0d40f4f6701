"""A real HTTP server that gives the answers it is told to, in order, and keeps what it was asked."""

import http.server
import json
import threading
import time
from typing import Any, Dict, List, Optional


class Answer:
    def __init__(
        self,
        status: int = 200,
        body: Any = None,
        headers: Optional[Dict[str, str]] = None,
        raw: Optional[bytes] = None,
        drop: bool = False,
        hang: float = 0,
    ) -> None:
        self.status, self.headers, self.drop, self.hang = status, headers or {}, drop, hang
        self.content = raw if raw is not None else json.dumps(body).encode()


def refusal(status: int, code: str, headers: Optional[Dict[str, str]] = None, **more: Any) -> Answer:
    body = {"status": status, "error": "Word", "message": f"refused with {code}", "code": code, "request_id": "req_1"}
    return Answer(status, {**body, **more}, headers)


class ScriptedServer:
    def __init__(self, *answers: Answer) -> None:
        self.answers: List[Answer] = list(answers)
        self.seen: List[Dict[str, Any]] = []
        self.connections = 0
        scripted = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # The head and the body of a response are two small packets.
            disable_nagle_algorithm = True

            def setup(self) -> None:
                scripted.connections += 1
                super().setup()

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

            def answer(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                scripted.seen.append(
                    {
                        "method": self.command,
                        "path": self.path,
                        "headers": dict(self.headers.items()),
                        "body": json.loads(content) if content else None,
                    }
                )
                one = scripted.answers.pop(0) if len(scripted.answers) > 1 else scripted.answers[0]
                time.sleep(one.hang)
                self.close_connection = one.drop
                if one.drop:
                    return
                self.send_response(one.status)
                for name, value in {"Content-Length": str(len(one.content)), **one.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(one.content)

            do_GET = do_POST = do_PUT = do_DELETE = answer

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> "ScriptedServer":
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
