package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/// Where `write_image` finds its image.
///
/// @param id       first 32 hex digits of the SHA-256 of the manifest; empty when not given
/// @param manifest address of the manifest: a path on the content server, or a whole one
/// @param chunks   address of either kind that the chunks' hashes are appended to
record ImageAddress(String id, String manifest, String chunks) {

    static ImageAddress of(Map<String, Object> params) throws CommandFailedException {
        if (!(params.get("image") instanceof Map<?, ?> image)) {
            throw new CommandFailedException("write_image needs image: {id, manifest, chunks}");
        }
        String chunks = text(image, "chunks");
        return new ImageAddress(image.get("id") instanceof String id ? id : "", text(image, "manifest"), chunks.endsWith("/") ? chunks : chunks + "/");
    }

    private static boolean isAddress(String text) {
        try {
            URI address = new URI(text);
            return address.isAbsolute() ? (text.startsWith("http://") || text.startsWith("https://")) && address.getHost() != null : text.matches("/[^/].*");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String text(Map<?, ?> image, String name) throws CommandFailedException {
        if (image.get(name) instanceof String text && isAddress(text)) {
            return text;
        }
        throw new CommandFailedException("write_image needs image.%s to be a path or an http address, but it is %s".formatted(name, image.get(name)));
    }
}
