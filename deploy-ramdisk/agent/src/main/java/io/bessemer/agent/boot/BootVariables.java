package io.bessemer.agent.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The firmware's boot variables, through efivarfs: a file each, four bytes of attributes and the value. The kernel guards
/// other variables with the immutable flag, but lets these be changed and removed.
class BootVariables {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final int ATTRIBUTES = 7; // non volatile, boot service and runtime access

    private final Path folder;

    /// @param folder `/sys/firmware/efi/efivars`
    BootVariables(Path folder) {
        this.folder = folder;
    }

    Map<Integer, LoadOption> entries() throws IOException {
        var entries = new TreeMap<Integer, LoadOption>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.matches("Boot[0-9A-F]{4}" + GLOBAL)) {
                    LoadOption.decode(read(file)).ifPresent(entry -> entries.put(Integer.parseInt(name.substring(4, 8), 16), entry));
                }
            }
        }
        return entries;
    }

    List<Integer> order() throws IOException {
        return numbers("BootOrder");
    }

    /// The entry that this boot came by.
    Optional<Integer> current() throws IOException {
        return numbers("BootCurrent").stream().findFirst();
    }

    void put(int number, LoadOption entry) throws IOException {
        write(file(number), entry.encode());
    }

    void remove(int number) throws IOException {
        Files.deleteIfExists(file(number));
    }

    void order(List<Integer> order) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(2 * order.size()).order(ByteOrder.LITTLE_ENDIAN);
        order.forEach(number -> value.putShort(number.shortValue()));
        write(folder.resolve("BootOrder" + GLOBAL), value.array());
    }

    private Path file(int number) {
        return folder.resolve("Boot%04X%s".formatted(number, GLOBAL));
    }

    private List<Integer> numbers(String name) throws IOException {
        byte[] bytes;
        try {
            bytes = read(folder.resolve(name + GLOBAL));
        } catch (NoSuchFileException e) {
            return List.of();
        }
        var numbers = new ArrayList<Integer>();
        ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (value.remaining() >= 2) {
            numbers.add(Short.toUnsignedInt(value.getShort()));
        }
        return numbers;
    }

    private static byte[] read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return bytes.length <= 4 ? new byte[0] : Arrays.copyOfRange(bytes, 4, bytes.length);
    }

    /// efivarfs takes a variable in a single write.
    private static void write(Path file, byte[] value) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(4 + value.length).order(ByteOrder.LITTLE_ENDIAN).putInt(ATTRIBUTES).put(value).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(all);
        }
    }
}
