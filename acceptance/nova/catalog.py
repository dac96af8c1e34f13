"""Fills a fresh Keystone: catalog.py AUTH_URL PASSWORD TYPE=URL...  One process, because each call of the usual client takes seconds."""
import json
import sys
import urllib.request

auth_url, password = sys.argv[1:3]
token = None


def call(method, path, body=None):
    request = urllib.request.Request(auth_url + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json", **({"X-Auth-Token": token} if token else {})})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = answer.read()
        return answer.headers, json.loads(content) if content else {}


def named(name):
    return {"name": name, "domain": {"id": "default"}}


headers, _ = call("POST", "/auth/tokens", {"auth": {
    "identity": {"methods": ["password"], "password": {"user": {**named("admin"), "password": password}}}, "scope": {"project": named("admin")}}})
token = headers["X-Subject-Token"]
admin = call("GET", "/roles?name=admin")[1]["roles"][0]["id"]
project = call("POST", "/projects", {"project": {"name": "service", "domain_id": "default"}})[1]["project"]["id"]
for user in ("bessemer", "nova", "placement", "glance"):
    made = call("POST", "/users", {"user": {"name": user, "password": password, "domain_id": "default"}})[1]["user"]["id"]
    call("PUT", f"/projects/{project}/users/{made}/roles/{admin}")
for kind, url in (pair.split("=", 1) for pair in sys.argv[3:]):
    service = call("POST", "/services", {"service": {"type": kind, "name": kind}})[1]["service"]["id"]
    for interface in ("public", "internal", "admin"):
        call("POST", "/endpoints", {"endpoint": {"service_id": service, "interface": interface, "url": url, "region_id": "RegionOne"}})
