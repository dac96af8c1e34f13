package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A file that shall be on a host. What it says may be secret, so no complaint quotes it.
///
/// @param path    absolute and normalized, below `/etc` or `/var/lib`
/// @param mode    as in `0640`: four octal digits, of which the first is 0
/// @param owner   `user:group`
/// @param content with those of all others at most 1 MiB in UTF-8
public record HostFile(String path, String mode, String owner, String content) {
    static final int MOST = 64;
    static final int MOST_BYTES = 1 << 20;
    private static final int LONGEST_PATH = 255;
    private static final Pattern PATH = Pattern.compile("/(etc|var/lib)(/(?!\\.{1,2}(/|$))[A-Za-z0-9@._-]+)+");
    private static final Pattern MODE = Pattern.compile("0[0-7]{3}");
    private static final Pattern OWNER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}");

    /// @throws IllegalArgumentException names the field
    public HostFile {
        try {
            require("", path, mode, owner, content);
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "HostFile[path=%s, mode=%s, owner=%s, content=***]".formatted(path, mode, owner);
    }

    Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("path", path);
        map.put("mode", mode);
        map.put("owner", owner);
        map.put("content", content);
        return map;
    }

    /// Absent from a server that knows of none.
    static List<HostFile> list(Fields orders) throws DecodeException {
        var files = new ArrayList<HostFile>();
        List<?> list = orders.map().get("files") == null ? List.of() : orders.list("files", MOST);
        for (int i = 0; i < list.size(); i++) {
            var fields = Fields.of(list.get(i), orders.path() + "files[" + i + "]");
            String path = text(fields, "path");
            String mode = text(fields, "mode");
            String owner = text(fields, "owner");
            String content = text(fields, "content");
            require(fields.path(), path, mode, owner, content);
            files.add(new HostFile(path, mode, owner, content));
        }
        requireFew(orders.path() + "files", files);
        return files;
    }

    private static void require(String prefix, String path, String mode, String owner, String content) throws DecodeException {
        if (path == null || path.length() > LONGEST_PATH || !PATH.matcher(path).matches()) {
            throw new DecodeException(prefix + "path", "an absolute path below /etc or /var/lib of letters, digits, '@', '.', '_' and '-', without '..'", path);
        }
        if (mode == null || !MODE.matcher(mode).matches()) {
            throw new DecodeException(prefix + "mode", "four octal digits as in 0640, the first one 0", mode);
        }
        if (owner == null || !OWNER.matcher(owner).matches()) {
            throw new DecodeException(prefix + "owner", "user:group as in root:nova", owner);
        }
        if (content == null) {
            throw new DecodeException(prefix + "content", "a text", null);
        }
    }

    /// Not too many, nor too long together, and one of each path.
    static void requireFew(String field, List<HostFile> files) throws DecodeException {
        if (files.size() > MOST) {
            throw new DecodeException(field, "a list of at most " + MOST + " elements", "a list of " + files.size());
        }
        long bytes = files.stream().mapToLong(file -> file.content.getBytes(StandardCharsets.UTF_8).length).sum();
        if (bytes > MOST_BYTES) {
            throw new DecodeException(field, "of at most " + MOST_BYTES + " bytes together", bytes);
        }
        Set<String> paths = new HashSet<>();
        for (HostFile file : files) {
            if (!paths.add(file.path)) {
                throw new DecodeException(field, "one of each path", "two of " + file.path);
            }
        }
    }

    private static String text(Fields fields, String name) {
        return fields.map().get(name) instanceof String text ? text : null;
    }
}
