"""COUNT fake machines through the whole lifecycle at once: enroll, manageable, available, active, available.

lifecycles.py URL COUNT. Prints seconds for each leg, from the first request to the last machine's arrival. As a client would: a request for each machine,
then one list of all states until all have arrived.
"""
import concurrent.futures, http.client, json, sys, threading, time, urllib.parse

url, count = urllib.parse.urlparse(sys.argv[1]), int(sys.argv[2])
headers = {"Content-Type": "application/json", "X-OpenStack-Ironic-API-Version": "1.78"}
local = threading.local()


def call(method, path, body=None):
    for attempt in range(200):
        if not getattr(local, "connection", None):
            local.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        try:
            local.connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = local.connection.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError):
            local.connection = None
            continue
        if answer.status in (409, 503):  # locked, or no worker is free: what clients of the peer must do
            retries.append(answer.status)
            time.sleep(0.5)
            continue
        if answer.status >= 300:
            raise SystemExit("%s %s: %d %s" % (method, path, answer.status, text[:300]))
        return json.loads(text) if text else None
    raise SystemExit("%s %s: 200 tries" % (method, path))


def states():
    found, marker = {}, ""
    while True:
        page = call("GET", "/v1/nodes?fields=uuid,provision_state,last_error&limit=1000" + marker)["nodes"]
        found.update((node["uuid"], node) for node in page)
        if len(page) < 1000:
            return found
        marker = "&marker=" + page[-1]["uuid"]


def leg(name, target, wanted, pool):
    begin = time.time()
    list(pool.map(lambda node: call("PUT", "/v1/nodes/%s/states/provision" % node, target), nodes))
    while True:
        now = states()
        waiting = [node for node in nodes if now[node]["provision_state"] != wanted]
        for node in waiting:
            if now[node]["provision_state"].endswith("failed") or (wanted == "manageable" and now[node]["last_error"]):
                raise SystemExit("%s: %s" % (name, now[node]))
        if not waiting:
            break
        time.sleep(0.1)
    seconds = time.time() - begin
    print("%-10s %8.1f s" % (name, seconds), flush=True)
    return seconds


retries = []
nodes = ["ffffffff-0000-4000-8000-%012x" % i for i in range(count)]
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    list(pool.map(lambda node: call("POST", "/v1/nodes", {"driver": "fake-hardware", "uuid": node, "instance_info": {"image_source": "http://127.0.0.1/none", "image_checksum": "0" * 32}}), nodes))
    total = sum([leg("manage", {"target": "manage"}, "manageable", pool), leg("provide", {"target": "provide"}, "available", pool),
                 leg("deploy", {"target": "active"}, "active", pool), leg("undeploy", {"target": "deleted"}, "available", pool)])
    print("total      %8.1f s, %d answers said to try later" % (total, len(retries)))
    list(pool.map(lambda node: call("DELETE", "/v1/nodes/" + node), nodes))
