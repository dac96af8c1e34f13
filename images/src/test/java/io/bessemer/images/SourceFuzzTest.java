package io.bessemer.images;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What stands in `image_source`, in a list of checksums and at the beginning of a file. [ImageImportException] alone may escape.
class SourceFuzzTest {
    @FuzzTest
    void references(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        assert !SourceLocation.name(text).contains("/");
        assert SourceLocation.shown(text) != null;
        try {
            SourceLocation.uri(text);
        } catch (ImageImportException expected) {
            assert expected.getMessage() != null;
        }
        try {
            assert !OciReference.parse(text).manifest().isEmpty();
        } catch (ImageImportException expected) {
            assert expected.getMessage() != null;
        }
    }

    @FuzzTest
    void checksum_lists(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String algorithm : new String[] {null, "sha256", "md5"}) {
            try {
                Checksum.find(algorithm, text, "disk.qcow2").ifPresent(found -> {
                    assert Checksum.knows(found.algorithm());
                });
            } catch (ImageImportException expected) {
                assert expected.getMessage() != null;
            }
        }
    }

    @FuzzTest
    void beginnings_of_files(byte[] bytes) throws Exception {
        Path file = Files.createTempFile("fuzz", ".img");
        try {
            Files.write(file, bytes);
            assert DiskFormat.of(file) != null;
        } finally {
            Files.delete(file);
        }
    }
}
