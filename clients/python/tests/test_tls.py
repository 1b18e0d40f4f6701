"""An https server with a certificate that only its own authority vouches for."""

import http.server
import shutil
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import heliosdb
from heliosdb import HeliosDBClient, Retry

BODY = b'{"total": 0, "branches": []}'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *args: object) -> None:
        pass


@unittest.skipIf(shutil.which("openssl") is None, "openssl is not installed")
class Tls(unittest.TestCase):
    def test_a_certificate_is_checked_against_ca(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = str(Path(folder) / "key.pem"), str(Path(folder) / "certificate.pem")
            make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
            files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
            subprocess.run(["openssl", *make.split(), *files], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.handle_error = lambda *_: None  # type: ignore[method-assign]
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            url = f"https://localhost:{server.server_port}"
            for ca in (certificate, ssl.create_default_context(cafile=certificate)):
                with HeliosDBClient(url, ca=ca) as client:
                    self.assertEqual(client.branches.list(), [])
            with HeliosDBClient(url, retry=Retry(attempts=1)) as client:
                with self.assertRaisesRegex(heliosdb.ConnectionError, "CERTIFICATE_VERIFY_FAILED"):
                    client.branches.list()
            server.shutdown()
            server.server_close()
