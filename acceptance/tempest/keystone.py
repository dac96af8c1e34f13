#!/usr/bin/python3
"""What a client of the bare-metal API needs of a Keystone: tokens for whoever asks, with a catalog that names the API.

    keystone.py PORT BAREMETAL_URL

Every password is right. What a user may do follows from its name: 'reader' in it, or 'member', gives that role alone, all others are
administrators. Tokens say who they are for, so any of them can be validated (GET /v3/auth/tokens) without being kept.
"""
import base64
import datetime
import json
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, BAREMETAL = int(sys.argv[1]), sys.argv[2]
HERE = "http://127.0.0.1:%d/v3" % PORT
DOMAIN = {"id": "default", "name": "Default"}
ROLES = ["admin", "manager", "member", "reader"]
VERSION = {"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z", "links": [{"rel": "self", "href": HERE + "/"}],
           "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}]}


def name_to_id(name):
    return uuid.uuid5(uuid.NAMESPACE_URL, name).hex


def roles(user):
    held = [role for role in ("reader", "member") if role in user]
    return held or ROLES


def endpoints(url):
    return [{"id": name_to_id(url + kind), "interface": kind, "region": "RegionOne", "region_id": "RegionOne", "url": url}
            for kind in ("public", "internal", "admin")]


def token(who):
    now = datetime.datetime.utcnow()
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    body = {"methods": ["password"], "audit_ids": ["none"], "issued_at": now.strftime(stamp),
            "expires_at": (now + datetime.timedelta(hours=12)).strftime(stamp), "is_domain": False,
            "user": {"id": name_to_id(who["user"]), "name": who["user"], "domain": DOMAIN, "password_expires_at": None},
            "roles": [{"id": name_to_id(role), "name": role} for role in roles(who["user"])],
            "catalog": [{"id": "bm", "type": "baremetal", "name": "ironic", "endpoints": endpoints(BAREMETAL)},
                        {"id": "id", "type": "identity", "name": "keystone", "endpoints": endpoints(HERE)}]}
    if who["system"]:
        body["system"] = {"all": True}
    else:
        body["project"] = {"id": name_to_id(who["project"]), "name": who["project"], "domain": DOMAIN}
    return {"token": body}


def wanted(request):
    scope = request["auth"].get("scope") or {}
    scope = scope if isinstance(scope, dict) else {}
    user = request["auth"]["identity"].get("password", {}).get("user", {})
    project = scope.get("project") or {}
    return {"user": user.get("name") or user.get("id") or "admin", "system": "system" in scope,
            "project": project.get("name") or project.get("id") or "admin", "nonce": uuid.uuid4().hex}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = self.path.split("?")[0].rstrip("/")
        if path == "":
            self.answer(300, {"versions": {"values": [VERSION]}})
        elif path == "/v3":
            self.answer(200, {"version": VERSION})
        elif path == "/v3/auth/tokens":
            try:
                who = json.loads(base64.urlsafe_b64decode(self.headers["X-Subject-Token"]))
                self.answer(200, token(who), [("X-Subject-Token", self.headers["X-Subject-Token"])])
            except (KeyError, TypeError, ValueError):
                self.answer(404, {"error": {"code": 404, "title": "Not Found", "message": "no such token"}})
        elif path == "/v3/roles":
            self.answer(200, {"roles": [{"id": name_to_id(role), "name": role} for role in ROLES], "links": {}})
        elif path == "/v3/domains":
            self.answer(200, {"domains": [dict(DOMAIN, enabled=True)], "links": {}})
        elif path == "/v3/projects":
            self.answer(200, {"projects": [{"id": name_to_id("admin"), "name": "admin", "domain_id": "default", "enabled": True}], "links": {}})
        else:
            self.answer(404, {"error": {"code": 404, "title": "Not Found", "message": path}})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if self.path.split("?")[0].rstrip("/") != "/v3/auth/tokens":
            self.answer(404, {"error": {"code": 404, "title": "Not Found", "message": self.path}})
            return
        who = wanted(request)
        self.answer(201, token(who), [("X-Subject-Token", base64.urlsafe_b64encode(json.dumps(who).encode()).decode())])

    def do_DELETE(self):
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()


ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
