"""Stands in for the network service, which servers without networks do not need but nova-api asks: every list is empty."""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Empty(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        last = self.path.split("?")[0].rstrip("/").rsplit("/", 1)[-1].removesuffix(".json").replace("-", "_")
        body = {"versions": [{"id": "v2.0", "status": "CURRENT", "links": []}]} if last in ("", "v2.0") else {last: []}
        answer = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Empty).serve_forever()
