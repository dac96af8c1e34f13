package io.bessemer.images;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary.BootParts;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.images.SourceSettings.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where images come from: what a client writes into `image_source`, and the checksum that it gave, become an address to fetch from.
final class Sources implements AutoCloseable {
    private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Pattern GLANCE = Pattern.compile("(?:glance://)?(" + UUID + ")");
    private static final int LARGEST_TEXT_BYTES = 4 << 20;

    private final SourceSettings settings;
    private final Web web;
    private final OciRegistries registries;
    private final GlanceImages glance;
    private final Set<String> known = new HashSet<>();

    Sources(SourceSettings settings, Clock clock) {
        this.settings = settings;
        this.web = new Web(settings.caFile());
        this.registries = new OciRegistries(settings, web);
        this.glance = settings.glance() == null ? null : new GlanceImages(settings.glance(), settings.caFile(), clock);
        settings.servers().forEach(server -> known.add(Reach.hostAndPort(server.url())));
        settings.registries().forEach(registry -> known.add(Reach.hostAndPort(URI.create((registry.plainHttp() ? "http://" : "https://") + registry.host()))));
    }

    @Override
    public void close() {
        web.close();
        if (glance != null) {
            glance.close();
        }
    }

    Web web() {
        return web;
    }

    /// One name for what has two: in Glance, a UUID alone.
    ImageSource canonical(ImageSource source) {
        Matcher image = GLANCE.matcher(source.source());
        return glance == null || !image.matches() ? source : source.at("glance://" + image.group(1).toLowerCase(Locale.ROOT));
    }

    /// @param free whether an operator asks, who may reach what the server may
    /// @param asIs whether it is no disk that is wanted, but a file to boot
    Located locate(ImageSource source, boolean free, boolean asIs) throws IOException {
        Reach reach = free ? Reach.ANYWHERE : new Reach(settings.denied(), known);
        List<Checksum> checksums = checksum(source, reach);
        Matcher image = GLANCE.matcher(source.source());
        if (image.matches()) {
            return fromGlance(image.group(1), checksums, reach, asIs);
        }
        if (source.source().startsWith("glance://")) {
            throw new ImageImportException("image_source '%s' is no image of Glance. Write it as glance://UUID.".formatted(source.source()), false);
        }
        if (source.source().startsWith("oci://")) {
            return agreeing(registries.locate(source, checksums, reach));
        }
        URI uri = SourceLocation.uri(source.source());
        String name = SourceLocation.shown(source.source());
        if ("file".equals(uri.getScheme())) {
            return new Located(name, uri, Map.of(), SourceLocation.validator(Path.of(uri)), false, checksums, -1, null, reach);
        }
        if (uri.getUserInfo() != null) {
            throw new ImageImportException("image_source %s has a user name in it. Set bessemer.images.servers instead: a node's instance_info is no place for a password."
                    .formatted(name), false);
        }
        return new Located(name, uri, credentials(uri), "", false, checksums, -1, null, reach);
    }

    /// Ironic's properties of a Glance image that is a name for others.
    ///
    /// @throws Failure of a kind that says whether it may help to try again
    BootParts bootParts(String source) {
        Matcher name = GLANCE.matcher(source);
        if (glance == null || !name.matches()) {
            throw new Failure.Missing("instance_info/boot_iso", "Give it, or kernel and ramdisk: image_source '%s' is no image of a Glance that is configured here."
                    .formatted(SourceLocation.shown(source)));
        }
        try {
            GlanceImages.Described image = glance.describe(name.group(1).toLowerCase(Locale.ROOT));
            var parts = new BootParts(property(image, "boot_iso_id"), property(image, "kernel_id"), property(image, "ramdisk_id"));
            if (parts.isEmpty()) {
                throw new Failure.Invalid("instance_info/image_source", "%s has neither the property boot_iso_id nor kernel_id and ramdisk_id in Glance.".formatted(source));
            }
            return parts;
        } catch (ImageImportException e) {
            throw new Failure.Hardware(e.getMessage(), e.retryable(), e);
        }
    }

    private static String property(GlanceImages.Described image, String name) {
        return image.property(name).isEmpty() ? null : image.property(name);
    }

    private Located fromGlance(String id, List<Checksum> checksums, Reach reach, boolean asIs) throws IOException {
        if (glance == null) {
            throw new ImageImportException("image_source glance://%s: no Glance is configured here. Set bessemer.images.glance.*, or import the image by name.".formatted(id), false);
        }
        GlanceImages.Described image = glance.describe(id.toLowerCase(Locale.ROOT));
        if (image.partition() && !asIs) {
            throw new ImageImportException(("image_source glance://%s is a partition image: it has the properties kernel_id and ramdisk_id. Deployed are whole-disk images, which bring "
                    + "their own boot loader.").formatted(id), false);
        }
        return agreeing(glance.located(image, checksums, reach));
    }

    /// Two checksums of one algorithm cannot both be right, which is known before anything is fetched.
    private static Located agreeing(Located located) throws ImageImportException {
        for (Checksum one : located.checksums()) {
            for (Checksum other : located.checksums()) {
                if (one.algorithm().equals(other.algorithm()) && !one.value().equals(other.value())) {
                    throw new ImageImportException("image_os_hash_value says %s %s, but %s is published with %s. Correct it, or leave it out."
                            .formatted(one.algorithm(), one.value(), located.name(), other.value()), false);
                }
            }
        }
        return located;
    }

    private List<Checksum> checksum(ImageSource source, Reach reach) throws IOException {
        if (source.hashValue() == null || source.hashValue().isBlank()) {
            return List.of();
        }
        if (!source.hashValue().startsWith("http://") && !source.hashValue().startsWith("https://")) {
            return List.of(Checksum.of(source.hashAlgorithm() == null ? "sha256" : source.hashAlgorithm(), source.hashValue()));
        }
        String path = source.source().replaceFirst("[?#].*", "");
        String file = path.substring(path.lastIndexOf('/') + 1);
        String where = SourceLocation.shown(source.hashValue());
        return List.of(Checksum.find(source.hashAlgorithm(), text(SourceLocation.uri(source.hashValue()), where, reach), file)
                .orElseThrow(() -> new ImageImportException("image_os_hash_value %s has no line for %s".formatted(where, file), false)));
    }

    private String text(URI uri, String name, Reach reach) throws IOException {
        HttpResponse<InputStream> response = web.get(uri, credentials(uri), Map.of(), reach, name);
        if (response.statusCode() != 200) {
            response.body().close();
            throw Download.refused(name, response.statusCode());
        }
        return new String(web.all(response, LARGEST_TEXT_BYTES, "image_os_hash_value " + name), StandardCharsets.UTF_8);
    }

    /// Of the longest URL in the settings that this one is below.
    private Map<String, String> credentials(URI uri) {
        WebServer best = null;
        for (WebServer server : settings.servers()) {
            if (below(uri, server.url()) && (best == null || server.url().getRawPath().length() > best.url().getRawPath().length())) {
                best = server;
            }
        }
        if (best == null) {
            return Map.of();
        }
        return Map.of("Authorization", best.username().isEmpty() ? "Bearer " + best.token() : Web.basic(best.username(), best.password()));
    }

    /// A path with steps up in it, plain or escaped, is below nothing.
    private static boolean below(URI uri, URI root) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String rootPath = root.getRawPath().endsWith("/") ? root.getRawPath() : root.getRawPath() + "/";
        return root.getScheme().equals(uri.getScheme()) && uri.getHost() != null && Reach.hostAndPort(root).equals(Reach.hostAndPort(uri)) && path.startsWith(rootPath)
                && !path.contains("/..") && !path.toLowerCase(Locale.ROOT).contains("%2e");
    }
}
