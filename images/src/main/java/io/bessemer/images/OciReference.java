package io.bessemer.images;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `oci://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]`, in the grammar of the distribution specification 1.1.
///
/// @param host   with its port, as written
/// @param tag    `latest` when there is neither tag nor digest; null when there is only a digest
/// @param digest of a manifest or an index; null for none
record OciReference(String host, String repository, String tag, String digest) {
    private static final Pattern SHAPE = Pattern.compile("oci://([A-Za-z0-9.-]+(?::[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](?::[0-9]{1,5})?)/"
            + "([a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*)"
            + "(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?");
    private static final int LONGEST = 512;

    static OciReference parse(String source) throws ImageImportException {
        Matcher shape = SHAPE.matcher(source);
        if (source.length() > LONGEST || !shape.matches()) {
            throw new ImageImportException("image_source '%s' is no reference to an image in a registry. Write it as oci://registry.example/images/debian:12 or with @sha256:DIGEST."
                    .formatted(source.length() > LONGEST ? source.substring(0, 80) + "..." : source), false);
        }
        String digest = shape.group(4);
        String tag = shape.group(3) == null && digest == null ? "latest" : shape.group(3);
        return new OciReference(shape.group(1), shape.group(2), tag, digest);
    }

    /// What names the manifest best: a digest goes before a tag.
    String manifest() {
        return digest == null ? tag : digest;
    }
}
