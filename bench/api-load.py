"""Creates N nodes with a port each through the API, then reads them: api-load.py PORT N. Loopback only."""
import http.client, json, sys, threading, time

port, count, clients = int(sys.argv[1]), int(sys.argv[2]), 8
headers = {"Content-Type": "application/json", "X-OpenStack-Ironic-API-Version": "1.95"}


def call(connection, method, path, body=None):
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, (answer.status, text)
    return text


def create(first):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(first, count, clients):
        node = json.loads(call(connection, "POST", "/v1/nodes", {
            "driver": "ipmi", "name": "n%05d" % i, "driver_info": {"ipmi_address": "127.0.0.1", "ipmi_password": "x"}}))
        call(connection, "POST", "/v1/ports", {"node_uuid": node["uuid"], "address": "52:54:00:%02x:%02x:%02x" % (i >> 16, i >> 8 & 255, i & 255)})


begin = time.time()
threads = [threading.Thread(target=create, args=(k,)) for k in range(clients)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("create node + port: %.0f/s" % (count / (time.time() - begin)))
connection = http.client.HTTPConnection("127.0.0.1", port)
for path in ("/v1/nodes?limit=1000", "/v1/nodes/detail?limit=1000", "/v1/nodes/n00000", "/v1/ports?limit=1000"):
    times = []
    for _ in range(15):
        begin = time.time()
        call(connection, "GET", path)
        times.append((time.time() - begin) * 1000)
    print("GET %-28s median %.1f ms, best %.1f ms" % (path, sorted(times)[7], min(times)))
