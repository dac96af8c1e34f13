-- Nodes with a port each, for wrk: wrk -t8 -c8 -d7200s -s create.lua URL -- COUNT DIRECTORY
-- One connection to a thread, so that a node is there before its port. wrk sleeps its whole time whatever its threads do, so the last thread to end
-- interrupts it (later, as system(3) ignores interrupts); the threads share nothing but DIRECTORY, where each that ended leaves a file.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  count, number, port = tonumber(args[1]), id, false
  directory = args[2]
end

function request()
  local uuid = string.format("%08x-0000-4000-8000-000000000000", number)
  local headers = { ["Content-Type"] = "application/json", ["X-OpenStack-Ironic-API-Version"] = "1.78" }
  if not port then
    return wrk.format("POST", "/v1/nodes", headers, string.format('{"driver": "fake-hardware", "uuid": "%s", "name": "n%05d", "properties": {"cpus": 8}}', uuid, number))
  end
  return wrk.format("POST", "/v1/ports", headers, string.format('{"node_uuid": "%s", "address": "52:54:00:%02x:%02x:%02x"}', uuid,
    math.floor(number / 65536), math.floor(number / 256) % 256, number % 256))
end

function response(status, headers, body)
  if status ~= 201 then
    print(status .. " " .. body)
    os.execute("(sleep 0.1; kill -INT $PPID) &")
  end
  if port then
    number = number + 8
  end
  port = not port
  if number >= count then
    os.execute(string.format("touch %s/ended.%d; [ $(ls %s/ended.* | wc -l) -lt 8 ] || (sleep 0.1; kill -INT $PPID) &", directory, id, directory))
    wrk.thread:stop()
  end
end
