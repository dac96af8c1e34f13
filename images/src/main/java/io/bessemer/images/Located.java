package io.bessemer.images;

import java.net.URI;
import java.util.List;
import java.util.Map;

/// Where the bytes of a source are to be had now, and what is known of them before they are fetched.
///
/// @param name       of the source as people know it, without secrets: for messages
/// @param url        `http`, `https` or `file`; it may hold a signature, so it is not shown
/// @param headers    with credentials; they are sent to the host of `url` alone
/// @param version    tells this content from another under the same name; empty when only the server behind `url` can say
/// @param lasting    whether no other bytes can ever come from `url`, so that a broken download is taken up without asking
/// @param checksums  that the bytes must have: the client's, and the source's own
/// @param sizeBytes  -1 when unknown
/// @param diskFormat as the source says; null when it does not
/// @param reach      where its download may lead
record Located(String name, URI url, Map<String, String> headers, String version, boolean lasting, List<Checksum> checksums, long sizeBytes, String diskFormat,
        Reach reach) {
    Located {
        headers = Map.copyOf(headers);
        checksums = List.copyOf(checksums);
    }

    /// The checksum by which an earlier import is known again; null for none.
    Checksum checksum() {
        return checksums.isEmpty() ? null : checksums.getFirst();
    }

    boolean remote() {
        return !"file".equals(url.getScheme());
    }

    @Override
    public String toString() {
        return "Located[name=" + name + ", version=" + version + "]";
    }
}
