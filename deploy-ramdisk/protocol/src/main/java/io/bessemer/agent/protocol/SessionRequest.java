package io.bessemer.agent.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/// An agent came up: `POST /v1/agent/{node}/session`.
///
/// @param attempt  from its kernel arguments
/// @param token    one-time, from its kernel arguments
/// @param mac      NIC that it booted by
/// @param version  of the agent
/// @param bootMode `bios` or `uefi`
public record SessionRequest(long attempt, String token, String mac, String version, String bootMode) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("attempt", attempt);
        map.put("token", token);
        map.put("mac", mac);
        map.put("version", version);
        map.put("boot_mode", bootMode);
        return map;
    }

    public static SessionRequest fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        String bootMode = fields.text("boot_mode");
        if (!bootMode.equals("bios") && !bootMode.equals("uefi")) {
            throw fields.wrong("boot_mode", "bios or uefi");
        }
        return new SessionRequest(fields.number("attempt", 0, Long.MAX_VALUE), fields.text("token"), fields.text("mac"),
                fields.text("version"), bootMode);
    }

    @Override
    public String toString() {
        return "SessionRequest[attempt=%d, token=***, mac=%s, version=%s, bootMode=%s]".formatted(attempt, mac, version, bootMode);
    }
}
