package io.bessemer.images;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The images of one data directory. Several processes may use it at once: the server, and `bessemer image` beside it.
///
/// Every import works in a folder of its own under `.work/`, held by a file lock that the system drops when the process dies; a
/// folder nobody holds is a leftover and is removed. An image appears by one rename, so it is never seen half.
public final class ImageDirectory implements ImageLibrary, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageDirectory.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String INFO = "info.json";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    /// A URL that was checked is not asked again for this long: the flows of many nodes poll.
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final ImageSettings settings;
    private final Path work;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Download download;
    private volatile boolean closed;

    public ImageDirectory(ImageSettings settings) {
        this.settings = settings;
        this.work = settings.directory().resolve(".work");
        this.download = new Download(settings.largestBytes());
        try {
            Files.createDirectories(work);
            removeLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException("Image directory %s cannot be used. Check that it exists and is writable.".formatted(settings.directory()), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        jobs.values().forEach(Job::stop);
        download.close();
    }

    @Override
    public ImageStatus request(ImageSource source) {
        if (!SourceLocation.isUrl(source.source())) {
            return named(source);
        }
        String key = String.join("\n", source.source(), String.valueOf(source.hashAlgorithm()), String.valueOf(source.hashValue()), String.valueOf(source.diskFormat()));
        Job job = jobs.compute(key, (_, known) -> known == null || known.stale() ? new Job(source) : known);
        job.start();
        ImageStatus status = job.status();
        if (status instanceof ImageStatus.Failed) {
            jobs.remove(key, job); // told once; the next request tries anew
        }
        return status;
    }

    @Override
    public List<ImageInfo> list() {
        return files().flatMap(InfoFile::infos).sorted(java.util.Comparator.comparing(ImageInfo::name)).toList();
    }

    @Override
    public Optional<ImageInfo> find(String nameOrId) {
        return list().stream().filter(image -> image.name().equals(nameOrId)).findFirst()
                .or(() -> list().stream().filter(image -> image.id().equals(nameOrId)).findFirst());
    }

    /// Imports and waits. The source may be a URL or a path; a path of the command line may lie anywhere.
    ///
    /// @param replace gives the name to the new image when another one has it
    public ImageInfo importImage(String name, ImageSource source, boolean replace, Progress progress) throws IOException {
        checkName(name);
        if (!replace && find(name).isPresent()) {
            throw new Failure.NameAlreadyExists("image", name);
        }
        String url = SourceLocation.isUrl(source.source()) ? source.source() : Path.of(source.source()).toAbsolutePath().toUri().toString().replaceFirst("^file:/+", "file:///");
        var location = new ImageSource(url, source.hashAlgorithm(), source.hashValue(), source.diskFormat());
        if (url.startsWith("file:") && !Files.isRegularFile(Path.of(SourceLocation.uri(url)))) {
            throw new ImageImportException("image_source %s: no such file".formatted(source.source()), false);
        }
        InfoFile info = fetch(location, progress);
        return publishName(info.id(), name, replace).info(name);
    }

    /// Removes a name; and the image with it when it was the last.
    public boolean remove(String nameOrId) throws IOException {
        Optional<ImageInfo> found = find(nameOrId);
        if (found.isEmpty()) {
            return false;
        }
        String id = found.get().id();
        exclusively(() -> {
            InfoFile info = read(id).orElse(null);
            if (info == null) {
                return null;
            }
            InfoFile left = info.withoutName(nameOrId);
            if (left.names().isEmpty() || nameOrId.equals(id)) {
                Path grave = Files.createTempDirectory(work, "removed-");
                Files.move(settings.directory().resolve(id), grave.resolve(id), StandardCopyOption.ATOMIC_MOVE);
                Trees.delete(grave);
            } else {
                write(left);
            }
            return null;
        });
        return true;
    }

    public Path directory() {
        return settings.directory();
    }

    private ImageStatus named(ImageSource source) {
        Optional<ImageInfo> image = find(source.source());
        if (image.isEmpty()) {
            return new ImageStatus.Failed("image_source '%s' is neither a URL nor the name or id of an imported image. Known: %s. Import it: bessemer image import %1$s SOURCE"
                    .formatted(source.source(), list().stream().map(ImageInfo::name).toList()), false);
        }
        String expected = source.hashValue();
        if ("sha256".equalsIgnoreCase(source.hashAlgorithm()) && expected != null && !SourceLocation.isUrl(expected) && !expected.equalsIgnoreCase(image.get().sourceSha256())) {
            return new ImageStatus.Failed("image_source '%s' was imported from a file with sha256 %s, but image_os_hash_value is %s"
                    .formatted(source.source(), image.get().sourceSha256(), expected), false);
        }
        return new ImageStatus.Ready(image.get());
    }

    /// The image of a URL: the one that is here if it is still the same, else imports it.
    private InfoFile fetch(ImageSource source, Progress progress) throws IOException {
        progress.report("check", 0, 0);
        Checksum checksum = checksum(source);
        String key = HexFormat.of().formatHex(Checksum.digest("sha256").digest(source.source().getBytes(StandardCharsets.UTF_8))).substring(0, 24);
        // one import of a source at a time, in all processes
        Path lockFile = work.resolve(key + ".lock");
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = waitFor(channel)) {
            Optional<InfoFile> known = known(source, checksum);
            if (known.isPresent()) {
                return known.get();
            }
            Path folder = work.resolve(key);
            Trees.delete(folder);
            Files.createDirectories(folder);
            try {
                var result = new ImageImport(settings, source, folder, progress).run(download, checksum);
                return publish(result);
            } finally {
                Trees.delete(folder);
            }
        }
    }

    private Optional<InfoFile> known(ImageSource source, Checksum checksum) throws IOException {
        for (InfoFile file : files().toList()) {
            for (InfoFile.Source origin : file.sources()) {
                if (origin.url().equals(source.source()) && (checksum != null ? origin.verified(checksum) : unchanged(origin))) {
                    return Optional.of(file);
                }
            }
            // a published SHA-256 names the content, wherever it came from
            if (checksum != null && checksum.algorithm().equals("sha256") && checksum.value().equals(file.sourceSha256())) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private boolean unchanged(InfoFile.Source origin) throws IOException {
        var uri = SourceLocation.uri(origin.url());
        String now = SourceLocation.remote(uri) ? download.validator(uri) : SourceLocation.validator(Path.of(uri));
        return !now.isEmpty() && now.equals(origin.validator());
    }

    private Checksum checksum(ImageSource source) throws IOException {
        if (source.hashValue() == null || source.hashValue().isBlank()) {
            return null;
        }
        String algorithm = source.hashAlgorithm() == null ? "sha256" : source.hashAlgorithm();
        if (!source.hashValue().startsWith("http://") && !source.hashValue().startsWith("https://")) {
            return Checksum.of(algorithm, source.hashValue());
        }
        String path = source.source().replaceFirst("[?#].*", "");
        String file = path.substring(path.lastIndexOf('/') + 1);
        return Checksum.find(algorithm, download.text(SourceLocation.uri(source.hashValue())), file)
                .orElseThrow(() -> new ImageImportException("image_os_hash_value %s has no line for %s".formatted(source.hashValue(), file), false));
    }

    private InfoFile publish(ImageImport.Result result) throws IOException {
        return exclusively(() -> {
            Path target = settings.directory().resolve(result.info().id());
            InfoFile info = result.info();
            Optional<InfoFile> same = read(info.id());
            if (same.isPresent()) { // the same content from elsewhere
                InfoFile more = same.get().withSource(info.sources().getFirst());
                write(more);
                return more;
            }
            Trees.delete(target); // a folder without info.json is none of ours
            InfoFile named = info.withName(freeName(SourceLocation.name(info.sources().getFirst().url())));
            Files.write(result.folder().resolve(INFO), JSON.writeValueAsBytes(named));
            Files.move(result.folder(), target, StandardCopyOption.ATOMIC_MOVE);
            LOG.atInfo().addKeyValue("image", named.names().getFirst()).addKeyValue("id", named.id()).addKeyValue("data_bytes", named.dataBytes())
                    .addKeyValue("stored_bytes", named.storedBytes()).log("Image imported");
            return named;
        });
    }

    private InfoFile publishName(String id, String name, boolean replace) throws IOException {
        return exclusively(() -> {
            Optional<InfoFile> holder = files().filter(file -> file.names().contains(name) && !file.id().equals(id)).findFirst();
            if (holder.isPresent()) {
                if (!replace) {
                    throw new Failure.NameAlreadyExists("image", name);
                }
                write(holder.get().withoutName(name)); // stays under its id: an agent may be writing it
            }
            InfoFile info = read(id).orElseThrow(() -> new ImageImportException("Image %s was removed while it was imported".formatted(id), true));
            String automatic = info.names().size() == 1 ? info.names().getFirst() : "";
            InfoFile named = info.withName(name);
            boolean ours = info.sources().stream().anyMatch(source -> automatic.startsWith(SourceLocation.name(source.url())));
            write(ours && !automatic.equals(name) ? named.withoutName(automatic) : named);
            return named;
        });
    }

    private String freeName(String wanted) {
        List<String> taken = list().stream().map(ImageInfo::name).toList();
        String name = wanted;
        for (int i = 2; taken.contains(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    private Stream<InfoFile> files() {
        var found = new ArrayList<InfoFile>();
        try (Stream<Path> folders = Files.list(settings.directory())) {
            for (Path folder : folders.filter(path -> ID.matcher(path.getFileName().toString()).matches()).toList()) {
                read(folder.getFileName().toString()).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Image directory %s cannot be read".formatted(settings.directory()), e);
        }
        return found.stream();
    }

    private Optional<InfoFile> read(String id) {
        Path file = settings.directory().resolve(id).resolve(INFO);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), InfoFile.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", e.getMessage()).log("Image left out: its description cannot be read");
            return Optional.empty();
        }
    }

    private void write(InfoFile info) throws IOException {
        Path folder = settings.directory().resolve(info.id());
        Path next = folder.resolve(INFO + ".tmp");
        Files.write(next, JSON.writeValueAsBytes(info));
        Files.move(next, folder.resolve(INFO), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private interface Change<T> {
        T apply() throws IOException;
    }

    /// Short changes of what others see, one at a time in all processes.
    private synchronized <T> T exclusively(Change<T> change) throws IOException {
        try (var channel = FileChannel.open(work.resolve("directory.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = waitFor(channel)) {
            return change.apply();
        }
    }

    /// A file lock belongs to the whole process, so a second thread is refused instead of made to wait.
    private FileLock waitFor(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                if (closed) {
                    throw new IOException("The image directory was closed", e);
                }
                try {
                    Thread.sleep(Duration.ofMillis(50));
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IOException("Waiting for another import was interrupted", interrupted);
                }
            }
        }
    }

    private void removeLeftovers() throws IOException {
        List<Path> folders;
        try (Stream<Path> files = Files.list(work)) {
            folders = files.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Path lockFile = work.resolve(folder.getFileName() + ".lock");
            try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    Trees.delete(folder);
                }
            } catch (OverlappingFileLockException e) {
                // this process is importing it
            }
        }
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches() || ID.matcher(name).matches()) {
            throw new Failure.Invalid("name", "'%s' cannot name an image: 1 to 128 letters, digits, '.', '_', '-', beginning with a letter or digit".formatted(name));
        }
    }

    /// An import that runs behind `request`.
    private final class Job {
        private final ImageSource source;
        private volatile Thread thread;
        private volatile long doneBytes;
        private volatile long totalBytes;
        private volatile ImageStatus result;
        private volatile long finishedAt;

        Job(ImageSource source) {
            this.source = source;
        }

        synchronized void start() {
            if (thread == null) {
                thread = Thread.ofPlatform().name("image-import").daemon().start(this::run);
            }
        }

        void stop() {
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
        }

        boolean stale() {
            return result instanceof ImageStatus.Ready && (System.nanoTime() - finishedAt > FRESH.toNanos() || find(((ImageStatus.Ready) result).image().id()).isEmpty());
        }

        ImageStatus status() {
            ImageStatus finished = result;
            return finished != null ? finished : new ImageStatus.Importing(doneBytes, totalBytes);
        }

        private void run() {
            ImageStatus outcome;
            try {
                if (source.source().startsWith("file:")) {
                    SourceLocation.checkFile(source.source(), settings.fileRoots());
                }
                InfoFile info = fetch(source, (_, done, total) -> {
                    doneBytes = done;
                    totalBytes = total;
                });
                outcome = new ImageStatus.Ready(info.infos().findFirst().orElseThrow());
            } catch (DiskFullException e) {
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(source.source(), e.getMessage()), e.retryable());
            } catch (ImageImportException e) {
                outcome = new ImageStatus.Failed(e.getMessage(), e.retryable());
            } catch (IOException e) {
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(source.source(), e.getMessage()), true);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("image", source.source()).log("Import failed");
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(source.source(), e.getMessage()), false);
            }
            finishedAt = System.nanoTime();
            result = outcome;
        }
    }
}
