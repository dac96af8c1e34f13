package io.bessemer.pxe.http;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.KeptFiles;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import io.bessemer.pxe.dhcp.LeaseIndex;
import io.bessemer.pxe.script.BootScript;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is answered to a request, apart from HTTP's own matters. Runs on virtual threads, but for boot files that are there.
public final class Content {
    private static final Logger log = LoggerFactory.getLogger(Content.class);

    private final Seldom warning = new Seldom();
    private final BootDirectory directory;
    private final BootFiles bootFiles;
    private final KeptFiles keptFiles;
    private final Path images;
    private final LeaseIndex leases;
    private final ImageReaders readers;
    private final PxeCounters counters;
    private final Optional<UnaryOperator<String>> neighbourKeys;

    /// @param neighbourKeys by image, what machines show each other to fetch parts of it; empty when they fetch from us alone
    public Content(BootDirectory directory, BootFiles bootFiles, KeptFiles keptFiles, Path images, LeaseIndex leases, Optional<UnaryOperator<String>> neighbourKeys, PxeCounters counters, Clock clock) {
        this.directory = directory;
        this.bootFiles = bootFiles;
        this.keptFiles = keptFiles;
        this.images = images;
        this.leases = leases;
        this.readers = new ImageReaders(directory, clock);
        this.counters = counters;
        this.neighbourKeys = neighbourKeys;
    }

    /// Whether machines may deliver images to each other.
    boolean neighbours() {
        return neighbourKeys.isPresent();
    }

    sealed interface Answer {
        /// @param part    of an image, which waits for its reader's turn; empty for what is sent at once
        /// @param kept    where it is looked for when it is small; empty for what few ask for
        /// @param headers beside those of HTTP's own matters
        /// @param sent    what is to be noted once all of it went out
        record File(BootFiles.Found found, String type, Optional<Part> part, Optional<KeptFiles> kept, Map<String, String> headers, Sent sent) implements Answer {
            File(BootFiles.Found found, String type, Optional<KeptFiles> kept, Sent sent) {
                this(found, type, Optional.empty(), kept, Map.of(), sent);
            }
        }

        record Text(int status, String type, String body) implements Answer {}
    }

    record Part(BootDirectory.ImageReader reader, String image) {}

    interface Sent {
        /// Never waits.
        ///
        /// @return what has to wait for the directory
        Optional<Runnable> all(long bytes, long millis);
    }

    /// @param server as the client addresses us: `http://10.0.0.1:8088`
    /// @param onlyHeaders a HEAD request: no token is made, nothing is noted
    Answer answer(String target, InetAddress client, String authorization, String server, boolean onlyHeaders) {
        Optional<ContentPath> path = ContentPath.parse(target);
        if (path.isEmpty()) {
            return notFound();
        }
        return switch (path.get()) {
            case ContentPath.Script(var mac) -> script(mac, client, server, onlyHeaders);
            case ContentPath.BootFile(var name) -> bootFile(name, client).map(Answer.class::cast).orElseGet(() -> missing(name, client));
            case ContentPath.InstanceFile(var image) -> instanceFile(images.resolve(image).resolve("file"));
            case ContentPath.Manifest(var image) -> manifest(image, authorization);
            case ContentPath.Chunk(var image, var sha256) -> chunk(image, sha256, authorization);
        };
    }

    private Answer script(MacAddress mac, InetAddress client, String server, boolean onlyHeaders) {
        Optional<MacAddress> asking = macOf(client);
        if (asking.isPresent() && !asking.get().equals(mac)) {
            // a script holds the token of its machine
            counters.increment("http.foreign-script");
            log.atWarn().addKeyValue("mac", mac).addKeyValue("client", client.getHostAddress()).addKeyValue("client_mac", asking.get())
                    .log("A machine asked for the boot script of another one; refused");
            return text(403, "this script is for another machine\n");
        }
        if (onlyHeaders) {
            return text(200, "");
        }
        Optional<BootDirectory.RamdiskBoot> boot = directory.ramdisk(mac, URI.create(server));
        counters.increment("http.script");
        var details = new LinkedHashMap<String, Object>();
        details.put("mac", mac.value());
        details.put("address", client.getHostAddress());
        Optional<BootDirectory.InstanceBoot> instance = boot.isPresent() ? Optional.empty() : directory.instance(mac);
        if (instance.isPresent()) {
            directory.observed(mac, BootPhase.DISK_BOOT, "http", "script-instance", "Fetched the script that boots its instance from the network", details);
            return text(200, BootScript.instance(instance.get(), server));
        }
        if (boot.isEmpty()) {
            directory.observed(mac, BootPhase.SCRIPT, "http", "script-local-disk", "Fetched the script that boots its own disk", details);
            return text(200, BootScript.localDisk());
        }
        details.put("attempt", boot.get().attempt());
        details.put("file", boot.get().kernel());
        String script = BootScript.ramdisk(boot.get(), mac, server);
        directory.observed(mac, BootPhase.SCRIPT, "http", "script", "Fetched its boot script", details);
        return text(200, script);
    }

    /// What is asked for most, and by a whole rack at once: waits for nothing but the file system, as the event loop does too when it sends a file.
    ///
    /// @return empty for anything else, and for a file that is not there
    Optional<Answer.File> bootFileAtOnce(String target, InetAddress client) {
        return ContentPath.parse(target).flatMap(path -> path instanceof ContentPath.BootFile(var name) ? bootFile(name, client) : Optional.empty());
    }

    private Optional<Answer.File> bootFile(String name, InetAddress client) {
        return bootFiles.look(name).map(file -> {
            Optional<MacAddress> mac = macOf(client);
            return new Answer.File(file, "application/octet-stream", Optional.of(keptFiles), (bytes, millis) -> {
                counters.increment("http.files");
                return mac.map(known -> () -> {
                    var details = details(known, client, name);
                    details.put("bytes", bytes);
                    details.put("ms", millis);
                    directory.observed(known, BootFiles.phase(name), "http", "file", "Fetched " + name, details);
                });
            });
        });
    }

    private Answer missing(String name, InetAddress client) {
        if (warning.now("missing-file")) {
            log.atWarn().addKeyValue("client", client.getHostAddress()).addKeyValue("file", name).log("A boot file that is not there was asked for by HTTP");
        }
        macOf(client).ifPresent(known -> directory.observed(known, BootFiles.phase(name), "http", "missing-file", "Asked for " + name + ", which is not there", details(known, client, name)));
        return notFound();
    }

    private Answer instanceFile(Path file) {
        return BootFiles.Found.at(file).<Answer>map(found -> new Answer.File(found, "application/octet-stream", Optional.empty(), counted("http.instance-files"))).orElseGet(Content::notFound);
    }

    private Answer manifest(String image, String authorization) {
        Path file = images.resolve(image).resolve("manifest.json");
        if (readers.reader(authorization).isEmpty()) {
            return unauthorized();
        }
        // whoever may read the image here may read it from others; no cache on the way is to keep the key
        Map<String, String> headers = neighbourKeys.map(keys -> Map.of(NeighbourClaim.KEY_HEADER, keys.apply(image), "Cache-Control", "no-store")).orElse(Map.of());
        return image(file, "application/json", Optional.empty(), headers);
    }

    private Answer chunk(String image, String sha256, String authorization) {
        Optional<BootDirectory.ImageReader> reader = readers.reader(authorization);
        if (reader.isEmpty()) {
            return unauthorized();
        }
        return image(images.resolve(image).resolve("chunks").resolve(sha256), "application/octet-stream", reader.map(who -> new Part(who, image)), Map.of());
    }

    private Answer image(Path file, String type, Optional<Part> part, Map<String, String> headers) {
        return BootFiles.Found.at(file).<Answer>map(found -> new Answer.File(found, type, part, Optional.empty(), headers, counted("http.image-files"))).orElseGet(Content::notFound);
    }

    private Answer unauthorized() {
        counters.increment("http.unauthorized");
        return text(401, "a running agent's bearer token is needed\n");
    }

    private Sent counted(String counter) {
        return (_, _) -> {
            counters.increment(counter);
            return Optional.empty();
        };
    }

    private Optional<MacAddress> macOf(InetAddress client) {
        return client instanceof Inet4Address address ? leases.macAt(address) : Optional.empty();
    }

    private static LinkedHashMap<String, Object> details(MacAddress mac, InetAddress client, String name) {
        var details = new LinkedHashMap<String, Object>();
        details.put("mac", mac.value());
        details.put("address", client.getHostAddress());
        details.put("file", name);
        return details;
    }

    private static Answer notFound() {
        return text(404, "not found\n");
    }

    private static Answer text(int status, String body) {
        return new Answer.Text(status, "text/plain; charset=utf-8", body);
    }
}
