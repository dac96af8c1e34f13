package io.bessemer.images.build;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The compute agent for hosts whose image has nothing of ours: what a host image has too, below `files`, and the program `install` that puts it
/// in its places. A tar.gz, which every cloud image can unpack. It holds no secret.
///
/// It lies among the boot files, which hosts fetch, under a name that tells its content: a host that was told of one archive never gets another.
///
/// @param agentBuild folder with the agent's jar and, in `lib`, its libraries
public record ComputeAgentArchive(Path agentBuild) {
    /// Says which archive hosts get, as sha256sum(1) writes and checks it.
    private static final String POINTER = "compute-agent.sha256";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](compute-agent-[0-9a-f]{16}\\.tar\\.gz)\\R?");
    private static final String FORMAT = "1";
    private static final String INSTALL = "install-compute-agent";
    /// `HYPERVISOR-customize` sets up what hosts of that hypervisor have beyond packages and agent
    private static final List<String> SCRIPTS = List.of(INSTALL, "kvm-customize", "lxc-customize");
    private static final Duration PACK = Duration.ofMinutes(5);
    /// the newest, and the one before it, which hosts may be fetching
    private static final int KEPT = 2;

    /// @param name   of the file in the boot directory
    /// @param sha256 hex
    public record Archive(String name, String sha256) {}

    /// @param built false when the one that was there is of the same inputs
    public record Built(Path file, Archive archive, long bytes, boolean built) {}

    /// The archive that hosts get now; empty when none was built.
    ///
    /// @param boot the boot directory
    public static Optional<Archive> find(Path boot) {
        try {
            Matcher line = LINE.matcher(Files.readString(boot.resolve(POINTER)));
            return line.matches() && Files.isReadable(boot.resolve(line.group(2))) ? Optional.of(new Archive(line.group(2), line.group(1))) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /// @param boot  the boot directory
    /// @param cache for a stamp; may be thrown away
    public Built build(Path boot, Path cache, Progress progress) throws IOException {
        Files.createDirectories(boot);
        Files.createDirectories(cache);
        progress.report("check", 0, 0);
        var files = new ComputeAgentFiles(agentBuild);
        var inputs = new Stamp().text(FORMAT);
        files.describe(inputs, progress);
        for (String script : SCRIPTS) {
            inputs.content(script, DebianTree.resource(script));
        }
        String stamp = inputs.value();
        Path stampFile = cache.resolve("compute-agent.stamp");
        Optional<Archive> here = find(boot);
        if (here.isPresent() && Files.exists(stampFile) && Files.readString(stampFile).equals(stamp + " " + here.get().sha256())) {
            Path file = boot.resolve(here.get().name());
            return new Built(file, here.get(), Files.size(file), false);
        }
        Path work = Files.createTempDirectory(cache, "compute-agent-");
        try {
            progress.report("runtime and agent", 0, 0);
            Path tree = Files.createDirectory(work.resolve("tree"));
            files.install(Files.createDirectory(tree.resolve("files")), work);
            for (String script : SCRIPTS) {
                Files.write(tree.resolve(script.equals(INSTALL) ? "install" : script), DebianTree.resource(script));
            }
            progress.report("pack", 0, 0);
            Path packed = work.resolve("archive.tar.gz");
            Command.of("tar", "--create", "--gzip", "--file", packed.toString(), "--sort=name", "--owner=0", "--group=0", "--numeric-owner",
                    "--directory", tree.toString(), ".").timeout(PACK).run();
            String sha256 = sha256(packed);
            Archive archive = new Archive("compute-agent-%s.tar.gz".formatted(sha256.substring(0, 16)), sha256);
            Path file = boot.resolve(archive.name());
            Path next = Files.copy(packed, boot.resolve("compute-agent.part"), StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(next, FileTime.from(Instant.now()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            replace(boot.resolve(POINTER), "%s  %s\n".formatted(sha256, archive.name()));
            replace(stampFile, stamp + " " + sha256);
            removeOld(boot);
            return new Built(file, archive, Files.size(file), true);
        } finally {
            Trees.delete(work);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".part"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void removeOld(Path boot) throws IOException {
        List<Path> archives = new ArrayList<>();
        try (Stream<Path> files = Files.list(boot)) {
            files.filter(file -> file.getFileName().toString().matches("compute-agent-[0-9a-f]{16}\\.tar\\.gz")).forEach(archives::add);
        }
        archives.sort(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed());
        for (Path old : archives.subList(Math.min(KEPT, archives.size()), archives.size())) {
            Files.delete(old);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
