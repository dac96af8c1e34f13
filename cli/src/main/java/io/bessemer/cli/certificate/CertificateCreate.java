package io.bessemer.cli.certificate;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "create", description = {"Get a certificate, good for one year, and write it with its key as libvirt's clients want them.",
    "The server keeps no copy of the key."})
final class CertificateCreate implements Callable<Integer> {
    private static final String AUTHORITY = "cacert.pem";
    private static final String CERTIFICATE = "clientcert.pem";
    private static final String KEY = "clientkey.pem";
    private static final long MOST_CSR_BYTES = 64 << 10;

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "Whose it is, such as ops; it stands in the certificate.")
    private String name;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go (default: pki-NAME).")
    private Path given;

    @Option(names = "--csr", paramLabel = "FILE", description = "Sign this request (PEM) instead of making a key.")
    private Path csr;

    @Option(names = "--force", description = "Write over files that are there.")
    private boolean force;

    @Mixin
    private ServerOptions options;

    CertificateCreate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path directory = (given == null ? Path.of("pki-" + name.replaceAll("[^A-Za-z0-9._-]", "_")) : given).toAbsolutePath().normalize();
        List<String> files = csr == null ? List.of(AUTHORITY, CERTIFICATE, KEY) : List.of(AUTHORITY, CERTIFICATE);
        refuseToOverwrite(directory, files);
        Map<String, Object> body = new LinkedHashMap<>(Map.of("name", name));
        if (csr != null) {
            body.put("csr", request());
        }
        JsonNode issued = options.ask(client -> client.post("/v1/client_certificates", body));
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.getParent());
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (csr == null) {
                write(directory.resolve(KEY), issued.path("key").asString(""), "rw-------");
            }
            write(directory.resolve(CERTIFICATE), issued.path("certificate").asString(""), "rw-r--r--");
            write(directory.resolve(AUTHORITY), issued.path("ca").asString(""), "rw-r--r--");
        } catch (IOException e) {
            throw new CommandFailure("%s cannot be written: %s. Give --dir DIR with a folder that can be.".formatted(directory, e), e);
        }
        tell(directory, files, issued);
        return 0;
    }

    private void refuseToOverwrite(Path directory, List<String> files) {
        List<String> there = files.stream().filter(file -> Files.exists(directory.resolve(file))).toList();
        if (!there.isEmpty() && !force) {
            throw new CommandFailure("%s has %s already. Give --force to write over them, or --dir DIR with another folder."
                    .formatted(directory, String.join(", ", there)));
        }
    }

    private String request() {
        try {
            if (Files.size(csr) > MOST_CSR_BYTES) {
                throw new CommandFailure("--csr is '%s', which has %d bytes; a request has at most %d.".formatted(csr, Files.size(csr), MOST_CSR_BYTES));
            }
            return Files.readString(csr);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "--csr is '%s', which cannot be read (%s). Make one with: openssl req -new -key %s -subj /CN=%s"
                    .formatted(csr, e.getClass().getSimpleName().replace("Exception", ""), KEY, name), e);
        }
    }

    /// Appears whole, with its permissions: a key is never readable by others, not for a moment.
    private static void write(Path file, String text, String permissions) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(next);
        try (SeekableByteChannel channel = Files.newByteChannel(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(permissions));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void tell(Path directory, List<String> files, JsonNode issued) {
        if (options.json()) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("name", name);
            shown.put("directory", directory.toString());
            shown.put("files", files);
            shown.put("serial", issued.path("serial").asString(""));
            shown.put("expires_at", issued.path("expires_at").asString(""));
            terminal.line("%s", BessemerClient.pretty(shown));
            return;
        }
        terminal.line("%s: %s", directory, String.join(", ", files));
        terminal.line("Good until %s, serial %s.", issued.path("expires_at").asString("").replaceFirst("T.*", ""), issued.path("serial").asString(""));
        if (csr != null) {
            terminal.line("Put its key there as %s, readable by you alone.", KEY);
        }
        terminal.line("Use it, HOST being the address in ./bessemer hypervisor show NODE:");
        terminal.line("  virsh -c 'qemu+tls://HOST/system?pkipath=%s' list", directory);
    }
}
