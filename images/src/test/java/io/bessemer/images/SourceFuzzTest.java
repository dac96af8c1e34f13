package io.bessemer.images;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What stands in `image_source`, in a list of checksums and at the beginning of a file. [ImageImportException] alone may escape.
class SourceFuzzTest {
    private static final URI REPOSITORY = URI.create("https://registry.example/v2/disk/");

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

    /// A manifest or an index, as a registry gives them.
    @FuzzTest
    void registry_manifests(byte[] json) {
        JsonNode manifest;
        try {
            manifest = JsonMapper.shared().readTree(json);
        } catch (JacksonException noJson) {
            return;
        }
        if (manifest == null) {
            return;
        }
        try {
            assert REPOSITORY.resolve("manifests/" + OciRegistries.chosen(manifest, new ImageSource("oci://registry.example/disk", null, null, null))) != null;
        } catch (ImageImportException expected) {
            assert expected.getMessage().contains("oci://registry.example/disk") : expected;
        }
        try {
            assert REPOSITORY.resolve("blobs/" + OciRegistries.layer(manifest, "oci://registry.example/disk").path("digest").asString("")) != null;
        } catch (ImageImportException expected) {
            assert expected.getMessage().contains("oci://registry.example/disk") : expected;
        }
    }

    /// The header `WWW-Authenticate`, which says where logins are sent to.
    @FuzzTest
    void registry_challenges(byte[] bytes) {
        try {
            URI server = new RegistryLogin("user", "hush-hush", false).tokenServer("oci://registry.example/disk", new String(bytes, StandardCharsets.ISO_8859_1), REPOSITORY);
            assert server.getScheme().equals("https") && server.getHost() != null && server.getRawQuery().contains("scope=") : server;
        } catch (ImageImportException expected) {
            assert expected.getMessage() != null;
        }
    }

    /// What stands beside an imported image, after a disk that went bad.
    @FuzzTest
    void descriptions(byte[] bytes) throws Exception {
        Path directory = Files.createTempDirectory("shelf");
        Path folder = Files.createDirectory(directory.resolve("0".repeat(32)));
        Path file = folder.resolve(Shelf.INFO);
        try {
            Files.write(file, bytes);
            new Shelf(directory, directory).read("0".repeat(32)).ifPresent(info -> {
                assert info.withName("another").infos().count() == info.withName("another").names().size();
            });
        } finally {
            Files.delete(file);
            Files.delete(folder);
            Files.delete(directory);
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
