package io.bessemer.images;

import io.bessemer.core.image.ImageLibrary.ImageInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// `info.json`: what is known of an imported image.
///
/// @param names   the same content may have been imported under several
/// @param sources where it came from
record InfoFile(String id, List<String> names, long virtualBytes, long dataBytes, long storedBytes, String sourceFormat, String sourceSha256, List<Source> sources) {
    InfoFile {
        names = List.copyOf(names);
        sources = List.copyOf(sources);
    }

    /// @param url       of the file, as asked for
    /// @param validator what tells another version of the file: its ETag, else Last-Modified, or size and time of a local file; empty when the server gives none
    /// @param algorithm of the checksum it was verified against, or empty
    record Source(String url, String validator, String algorithm, String value) {
        /// @param checksum null for none
        static Source of(String url, String validator, Checksum checksum) {
            return new Source(url, validator, checksum == null ? "" : checksum.algorithm(), checksum == null ? "" : checksum.value());
        }

        boolean verified(Checksum checksum) {
            return checksum.algorithm().equals(algorithm) && checksum.value().equals(value);
        }
    }

    Stream<ImageInfo> infos() {
        return names.isEmpty() ? Stream.of(info(id)) : names.stream().map(this::info);
    }

    ImageInfo info(String name) {
        return new ImageInfo(id, name, virtualBytes, dataBytes, storedBytes, sourceFormat, sourceSha256);
    }

    InfoFile withName(String name) {
        return with(names.contains(name) ? names : append(names, name), sources);
    }

    InfoFile withoutName(String name) {
        return with(names.stream().filter(known -> !known.equals(name)).toList(), sources);
    }

    InfoFile withSource(Source source) {
        return with(names, append(sources.stream().filter(known -> !known.url().equals(source.url())).toList(), source));
    }

    private InfoFile with(List<String> newNames, List<Source> newSources) {
        return new InfoFile(id, newNames, virtualBytes, dataBytes, storedBytes, sourceFormat, sourceSha256, newSources);
    }

    private static <T> List<T> append(List<T> list, T element) {
        var longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
