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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The images of one data directory. Several processes may use it at once: the server, and `bessemer image` beside it.
///
/// Every import works in a folder of its own under `.work/`, held by a file lock that the system drops when the process dies; a
/// folder nobody holds is a leftover and is removed. An image appears by one rename, so it is never seen half.
public final class ImageDirectory implements ImageLibrary, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageDirectory.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    /// A URL that was checked is not asked again for this long: the flows of many nodes poll.
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration EVICTION = Duration.ofMinutes(30);

    private final ImageSettings settings;
    private final Path work;
    private final Map<Wanted, Job> jobs = new ConcurrentHashMap<>();
    private final Shelf shelf;
    private final ImageCache cache;
    private final Sources sources;
    private final Download download;
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("image-cache").daemon().factory());
    private volatile boolean closed;

    public ImageDirectory(ImageSettings settings) {
        this(settings, Clock.systemUTC());
    }

    ImageDirectory(ImageSettings settings, Clock clock) {
        this.settings = settings;
        this.work = settings.directory().resolve(".work");
        this.shelf = new Shelf(settings.directory(), work);
        this.cache = new ImageCache(shelf, settings.cache(), clock);
        this.sources = new Sources(settings.sources(), clock);
        this.download = new Download(sources.web(), settings.largestBytes());
        try {
            Files.createDirectories(work);
            removeLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException("Image directory %s cannot be used. Check that it exists and is writable.".formatted(settings.directory()), e);
        }
        if (settings.cache() != null) {
            housekeeping.scheduleWithFixedDelay(this::evict, 1, EVICTION.toMinutes(), TimeUnit.MINUTES);
        }
    }

    @Override
    public void close() {
        closed = true;
        shelf.close();
        housekeeping.shutdownNow();
        jobs.values().forEach(Job::stop);
        download.close();
        sources.close();
    }

    @Override
    public ImageStatus request(ImageSource source) {
        return request(new Wanted(sources.canonical(source), false));
    }

    private ImageStatus request(Wanted wanted) {
        ImageSource source = wanted.source();
        if (!SourceLocation.isUrl(source.source())) {
            return named(wanted);
        }
        Job job = jobs.compute(wanted, (_, known) -> known == null || known.stale() ? new Job(wanted) : known);
        job.start();
        ImageStatus status = job.status();
        if (status instanceof ImageStatus.Failed) {
            jobs.remove(wanted, job); // told once; the next request tries anew
        }
        if (status instanceof ImageStatus.Ready(ImageInfo image)) {
            cache.used(image.id());
        }
        return status;
    }

    @Override
    public ImageStatus requestFile(ImageSource source) {
        return request(new Wanted(sources.canonical(source), true));
    }

    @Override
    public BootParts bootParts(String source) {
        return sources.bootParts(source);
    }

    @Override
    public List<ImageInfo> list() {
        return shelf.files().flatMap(InfoFile::infos).sorted(Comparator.comparing(ImageInfo::name)).toList();
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
        return importImage(name, new Wanted(source, false), replace, progress);
    }

    /// The same for a file that machines boot as it is.
    public ImageInfo importFile(String name, ImageSource source, boolean replace, Progress progress) throws IOException {
        return importImage(name, new Wanted(source, true), replace, progress);
    }

    private ImageInfo importImage(String name, Wanted wanted, boolean replace, Progress progress) throws IOException {
        checkName(name);
        ImageSource source = sources.canonical(wanted.source());
        if (!replace && find(name).isPresent()) {
            throw new Failure.NameAlreadyExists("image", name);
        }
        String url = SourceLocation.isUrl(source.source()) ? source.source() : Path.of(source.source()).toAbsolutePath().toUri().toString().replaceFirst("^file:/+", "file:///");
        if (url.startsWith("file:") && !Files.isRegularFile(Path.of(SourceLocation.uri(url)))) {
            throw new ImageImportException("image_source %s: no such file".formatted(source.source()), false);
        }
        InfoFile info = fetch(new Wanted(source.at(url), wanted.asIs()), true, progress);
        cache.keep(info.id());
        return publishName(info.id(), name, replace).info(name);
    }

    /// Removes a name; and the image with it when it was the last.
    public boolean remove(String nameOrId) throws IOException {
        Optional<ImageInfo> found = find(nameOrId);
        if (found.isEmpty()) {
            return false;
        }
        String id = found.get().id();
        shelf.exclusively(() -> {
            InfoFile info = shelf.read(id).orElse(null);
            if (info == null) {
                return null;
            }
            InfoFile left = info.withoutName(nameOrId);
            if (left.names().isEmpty() || nameOrId.equals(id)) {
                shelf.remove(id);
            } else {
                shelf.write(left);
            }
            return null;
        });
        return true;
    }

    public Path directory() {
        return settings.directory();
    }

    private ImageStatus named(Wanted wanted) {
        ImageSource source = wanted.source();
        Optional<ImageInfo> image = find(source.source());
        if (image.isEmpty()) {
            return new ImageStatus.Failed("image_source '%s' is neither a URL nor the name or id of an imported image. Known: %s. Import it: bessemer image import %1$s SOURCE"
                    .formatted(source.source(), list().stream().map(ImageInfo::name).toList()), false);
        }
        if (wanted.asIs() != image.get().sourceFormat().equals(ImageImport.AS_IS)) {
            return new ImageStatus.Failed(wanted.asIs() ? "'%s' is a disk image; a machine is booted from a file that was imported as it is. Import it: bessemer image import --as-is %1$s SOURCE".formatted(source.source())
                    : "image_source '%s' is a file that machines boot, and no disk. Use it as boot_iso, kernel or ramdisk, by deploy_interface ramdisk.".formatted(source.source()), false);
        }
        String expected = source.hashValue();
        if ("sha256".equalsIgnoreCase(source.hashAlgorithm()) && expected != null && !SourceLocation.isUrl(expected) && !expected.equalsIgnoreCase(image.get().sourceSha256())) {
            return new ImageStatus.Failed("image_source '%s' was imported from a file with sha256 %s, but image_os_hash_value is %s"
                    .formatted(source.source(), image.get().sourceSha256(), expected), false);
        }
        cache.keep(image.get().id());
        return new ImageStatus.Ready(image.get());
    }

    /// The image of a URL: the one that is here if it is still the same, else imports it.
    ///
    /// @param byOperator who may have it from anywhere, and keeps what is imported
    private InfoFile fetch(Wanted wanted, boolean byOperator, Progress progress) throws IOException {
        progress.report("check", 0, 0);
        ImageSource source = wanted.source();
        Located located = sources.locate(source, byOperator, wanted.asIs());
        String key = HexFormat.of().formatHex(Checksum.digest("sha256").digest((wanted.asIs() ? "as is " + source.source() : source.source()).getBytes(StandardCharsets.UTF_8))).substring(0, 24);
        // one import of a source at a time, in all processes
        Path lockFile = work.resolve(key + ".lock");
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock _ = shelf.waitFor(channel)) {
            Optional<InfoFile> known = known(wanted, located);
            if (known.isPresent()) {
                return known.get();
            }
            var folder = new ImportFolder(work.resolve(key));
            folder.open(!located.checksums().isEmpty());
            boolean resumable = false;
            try {
                var result = new ImageImport(settings, source, located, folder.path(), progress).run(download, wanted.asIs());
                if (!byOperator && !wanted.asIs()) { // an instance boots its file for as long as it lives
                    cache.mark(result.folder());
                }
                return publish(result);
            } catch (ImageImportException e) {
                resumable = e.retryable() && !Room.isFull(e);
                throw e;
            } finally {
                folder.close((resumable || closed) && !located.checksums().isEmpty());
            }
        }
    }

    private Optional<InfoFile> known(Wanted wanted, Located located) throws IOException {
        Checksum checksum = located.checksum();
        for (InfoFile file : shelf.files().filter(wanted::isServedBy).toList()) {
            for (InfoFile.Source origin : file.sources()) {
                if (origin.url().equals(wanted.source().source()) && (checksum != null ? origin.verified(checksum) : unchanged(origin, located))) {
                    return Optional.of(file);
                }
            }
            // a published SHA-256 names the content, wherever it came from
            if (located.checksums().stream().anyMatch(one -> one.algorithm().equals("sha256") && one.value().equals(file.sourceSha256()))) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private boolean unchanged(InfoFile.Source origin, Located located) throws IOException {
        String now = located.version().isEmpty() ? download.validator(located) : located.version();
        return !now.isEmpty() && now.equals(origin.validator());
    }

    void evict() {
        try {
            cache.evict();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("Cached images could not be looked through");
        }
    }

    private InfoFile publish(ImageImport.Result result) throws IOException {
        return shelf.exclusively(() -> {
            Path target = settings.directory().resolve(result.info().id());
            InfoFile info = result.info();
            Optional<InfoFile> same = shelf.read(info.id());
            if (same.isPresent()) { // the same content from elsewhere
                InfoFile more = same.get().withSource(info.sources().getFirst());
                shelf.write(more);
                return more;
            }
            Trees.delete(target); // a folder without info.json is none of ours
            InfoFile named = info.withName(freeName(SourceLocation.name(info.sources().getFirst().url())));
            Files.write(result.folder().resolve(Shelf.INFO), JSON.writeValueAsBytes(named));
            Files.move(result.folder(), target, StandardCopyOption.ATOMIC_MOVE);
            LOG.atInfo().addKeyValue("image", named.names().getFirst()).addKeyValue("id", named.id()).addKeyValue("data_bytes", named.dataBytes())
                    .addKeyValue("stored_bytes", named.storedBytes()).log("Image imported");
            return named;
        });
    }

    private InfoFile publishName(String id, String name, boolean replace) throws IOException {
        return shelf.exclusively(() -> {
            Optional<InfoFile> holder = shelf.files().filter(file -> file.names().contains(name) && !file.id().equals(id)).findFirst();
            if (holder.isPresent()) {
                if (!replace) {
                    throw new Failure.NameAlreadyExists("image", name);
                }
                shelf.write(holder.get().withoutName(name)); // stays under its id: an agent may be writing it
            }
            InfoFile info = shelf.read(id).orElseThrow(() -> new ImageImportException("Image %s was removed while it was imported".formatted(id), true));
            String automatic = info.names().size() == 1 ? info.names().getFirst() : "";
            InfoFile named = info.withName(name);
            boolean ours = info.sources().stream().anyMatch(source -> automatic.startsWith(SourceLocation.name(source.url())));
            shelf.write(ours && !automatic.equals(name) ? named.withoutName(automatic) : named);
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

    private void removeLeftovers() throws IOException {
        List<Path> folders;
        try (Stream<Path> files = Files.list(work)) {
            folders = files.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Path lockFile = work.resolve(folder.getFileName() + ".lock");
            try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    var left = new ImportFolder(folder);
                    left.close(left.resumable());
                }
            } catch (OverlappingFileLockException e) {
                // this process is importing it
            }
        }
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches() || Shelf.ID.matcher(name).matches()) {
            throw new Failure.Invalid("name", "'%s' cannot name an image: 1 to 128 letters, digits, '.', '_', '-', beginning with a letter or digit".formatted(name));
        }
    }

    /// @param asIs a file that machines boot; else a disk that agents write
    private record Wanted(ImageSource source, boolean asIs) {
        /// One and the same file may be here as both.
        boolean isServedBy(InfoFile file) {
            return asIs == file.sourceFormat().equals(ImageImport.AS_IS);
        }
    }

    /// An import that runs behind `request`.
    private final class Job {
        private final Wanted wanted;
        private final ImageSource source;
        private volatile Thread thread;
        private volatile long doneBytes;
        private volatile long totalBytes;
        private volatile ImageStatus result;
        private volatile long finishedAt;

        Job(Wanted wanted) {
            this.wanted = wanted;
            this.source = wanted.source();
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
                InfoFile info = fetch(wanted, false, (_, done, total) -> {
                    doneBytes = done;
                    totalBytes = total;
                });
                outcome = new ImageStatus.Ready(info.infos().findFirst().orElseThrow());
            } catch (DiskFullException e) {
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(SourceLocation.shown(source.source()), e.getMessage()), e.retryable());
            } catch (ImageImportException e) {
                outcome = new ImageStatus.Failed(e.getMessage(), e.retryable());
            } catch (IOException e) {
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(SourceLocation.shown(source.source()), e.getMessage()), true);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("image", SourceLocation.shown(source.source())).log("Import failed");
                outcome = new ImageStatus.Failed("image_source %s could not be imported: %s".formatted(SourceLocation.shown(source.source()), e.getMessage()), false);
            }
            finishedAt = System.nanoTime();
            result = outcome;
        }
    }
}
