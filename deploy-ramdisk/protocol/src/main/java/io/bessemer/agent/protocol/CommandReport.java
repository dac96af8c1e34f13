package io.bessemer.agent.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How a command goes: `POST /v1/agent/{node}/commands/{id}`.
///
/// @param result what it found or did, when SUCCEEDED
/// @param error  in words, when FAILED; else empty
public record CommandReport(CommandStatus status, Progress progress, Map<String, Object> result, String error) {

    public CommandReport {
        result = Collections.unmodifiableMap(new LinkedHashMap<>(result));
    }

    public static CommandReport running(Progress progress) {
        return new CommandReport(CommandStatus.RUNNING, progress, Map.of(), "");
    }

    public static CommandReport succeeded(Progress progress, Map<String, Object> result) {
        return new CommandReport(CommandStatus.SUCCEEDED, progress, result, "");
    }

    public static CommandReport failed(Progress progress, String error) {
        return new CommandReport(CommandStatus.FAILED, progress, Map.of(), error);
    }

    public boolean finished() {
        return status != CommandStatus.RUNNING;
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("status", status.wire());
        map.put("progress", progress.toMap());
        map.put("result", result);
        map.put("error", error);
        return map;
    }

    public static CommandReport fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        CommandStatus status = CommandStatus.fromWire(fields.text("status")).orElseThrow(
                () -> fields.wrong("status", "running, succeeded or failed"));
        return new CommandReport(status, Progress.from(new Fields(fields.object("progress"), "progress.")), fields.object("result"),
                fields.text("error", ""));
    }
}
