package io.bessemer.agent.protocol;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// @param agentToken   bearer token of all that follows
/// @param attempt      fencing number: commands of lower attempts are refused
/// @param pollWait     how long the server may keep a poll open
/// @param idlePowerOff the agent powers off after so long without a command; zero means never
public record SessionAnswer(String agentToken, long attempt, Duration pollWait, Duration idlePowerOff) {
    private static final long DAY_SECONDS = 86_400;

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("agent_token", agentToken);
        map.put("attempt", attempt);
        map.put("poll_wait", pollWait.toSeconds());
        map.put("idle_power_off", idlePowerOff.toSeconds());
        return map;
    }

    public static SessionAnswer fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new SessionAnswer(fields.text("agent_token"), fields.number("attempt", 0, Long.MAX_VALUE),
                Duration.ofSeconds(fields.number("poll_wait", 0, 300)),
                Duration.ofSeconds(fields.number("idle_power_off", 0, 365 * DAY_SECONDS)));
    }

    @Override
    public String toString() {
        return "SessionAnswer[agentToken=***, attempt=%d, pollWait=%s, idlePowerOff=%s]".formatted(attempt, pollWait, idlePowerOff);
    }
}
