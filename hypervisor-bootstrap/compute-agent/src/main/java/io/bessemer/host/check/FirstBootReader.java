package io.bessemer.host.check;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.HostReport.FirstBoot;
import io.bessemer.host.protocol.HostReport.FirstBootStatus;
import io.bessemer.host.server.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How cloud-init came along, from the files that `cloud-init status` reads: that program is Python, and takes seconds each time.
/// (https://docs.cloud-init.io/en/latest/explanation/status_json.html)
public final class FirstBootReader {
    private static final String RESULT = "/run/cloud-init/result.json";
    private static final String STATUS = "/run/cloud-init/status.json";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MOST_ERRORS = 20;
    private static final int LONGEST_ERROR = 1000;
    private static final FirstBoot DONE = new FirstBoot(FirstBootStatus.DONE, List.of());

    private final HostFiles files;

    public FirstBootReader(HostFiles files) {
        this.files = files;
    }

    public FirstBoot read() {
        if (!Files.exists(files.path("/usr/bin/cloud-init")) || Files.exists(files.path("/run/cloud-init/disabled"))) {
            return DONE;
        }
        List<String> errors = errors();
        if (files.text(RESULT).isPresent()) {
            return errors.isEmpty() ? DONE : new FirstBoot(FirstBootStatus.ERROR, errors);
        }
        List<String> failed = failedUnits();
        if (failed.isEmpty()) {
            return new FirstBoot(FirstBootStatus.RUNNING, errors);
        }
        failed.addAll(errors);
        return new FirstBoot(FirstBootStatus.ERROR, failed);
    }

    /// Of all stages, as far as they are.
    private List<String> errors() {
        var errors = new ArrayList<String>();
        for (String name : new String[] {STATUS, RESULT}) {
            try {
                Map<String, Object> file = Json.object(files.text(name).orElse("{}").getBytes(StandardCharsets.UTF_8));
                collect(file.get("v1"), errors);
            } catch (DecodeException e) {
                // half written: it is read again soon
            }
        }
        return errors.stream().distinct().limit(MOST_ERRORS).toList();
    }

    private static void collect(Object value, List<String> errors) {
        if (!(value instanceof Map<?, ?> map)) {
            return;
        }
        if (map.get("errors") instanceof List<?> list) {
            list.stream().map(String::valueOf).map(text -> text.substring(0, Math.min(LONGEST_ERROR, text.length()))).forEach(errors::add);
        }
        map.values().forEach(inner -> collect(inner, errors));
    }

    /// A stage that died wrote no result.
    private static List<String> failedUnits() {
        var failed = new ArrayList<String>();
        for (String unit : new String[] {"cloud-init-local", "cloud-init", "cloud-config", "cloud-final"}) {
            try {
                Command.of("systemctl", "is-failed", "--quiet", unit + ".service").timeout(TIMEOUT).run();
                failed.add(unit + ".service failed: see journalctl -u " + unit);
            } catch (CommandFailedException e) {
                // it did not fail
            } catch (IOException e) {
                return failed;
            }
        }
        return failed;
    }
}
