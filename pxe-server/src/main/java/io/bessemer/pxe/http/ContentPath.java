package io.bessemer.pxe.http;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a request's path names. Everything that is not exactly one of these shapes names nothing, so no path reaches a file system as it came.
public sealed interface ContentPath {
    /// `/boot/script/{mac}`
    record Script(MacAddress mac) implements ContentPath {}

    /// `/boot/files/{name}`
    record BootFile(String name) implements ContentPath {}

    /// `/boot/images/{id}`: a file that was imported to be booted as it is. Firmware shows no token; who asks knows the hash of the content.
    record InstanceFile(String image) implements ContentPath {}

    /// `/images/{id}/manifest.json`
    record Manifest(String image) implements ContentPath {}

    /// `/images/{id}/chunks/{sha256}`
    record Chunk(String image, String sha256) implements ContentPath {}

    Pattern SCRIPT = Pattern.compile("/boot/script/([0-9A-Fa-f:-]{17})");
    Pattern BOOT_FILE = Pattern.compile("/boot/files/([^/]{1,100})");
    Pattern INSTANCE_FILE = Pattern.compile("/boot/images/([0-9a-f]{32})");
    Pattern IMAGE = Pattern.compile("/images/([0-9a-f]{32})/(?:manifest\\.json|chunks/([0-9a-f]{64}))");

    /// @param target of the request line: `/path`, or `http://host/path` as some firmware sends; a query is ignored
    static Optional<ContentPath> parse(String target) {
        String path = target;
        if (path.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = path.indexOf('/', 7);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        int query = path.indexOf('?');
        if (query >= 0) {
            path = path.substring(0, query);
        }
        path = path.replace("%3A", ":").replace("%3a", ":"); // the one escape that a client may see reason for
        Matcher script = SCRIPT.matcher(path);
        if (script.matches()) {
            return MacAddress.parse(script.group(1)).map(Script::new);
        }
        Matcher file = BOOT_FILE.matcher(path);
        if (file.matches()) {
            return Optional.of(file.group(1)).filter(BootFiles::isPlain).map(BootFile::new);
        }
        Matcher instance = INSTANCE_FILE.matcher(path);
        if (instance.matches()) {
            return Optional.of(new InstanceFile(instance.group(1)));
        }
        Matcher image = IMAGE.matcher(path);
        if (image.matches()) {
            return Optional.of(image.group(2) == null ? new Manifest(image.group(1)) : new Chunk(image.group(1), image.group(2)));
        }
        return Optional.empty();
    }
}
