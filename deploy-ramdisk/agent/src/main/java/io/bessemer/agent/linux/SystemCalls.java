package io.bessemer.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// System calls, all through the C library's `syscall(2)`: the JVM links a foreign function by its shape, which takes a slow
/// machine a second for each. Initialised by its first use, so that an agent that only inspects does not pay for it.
public final class SystemCalls {
    // fcntl.h
    private static final long AT_FDCWD = -100;
    private static final long O_RDWR = 2;
    private static final long O_CLOEXEC = 0x80000;
    // linux/fs.h
    private static final long BLKRRPART = 0x125f;
    private static final long BLKDISCARD = 0x1277;
    private static final long BLKSECDISCARD = 0x127d;
    // linux/mount.h
    private static final long MS_RDONLY = 1;
    // linux/falloc.h
    private static final long FALLOC_FL_KEEP_SIZE = 1;
    private static final long FALLOC_FL_PUNCH_HOLE = 2;
    // linux/reboot.h
    private static final long LINUX_REBOOT_MAGIC1 = 0xfee1deadL;
    private static final long LINUX_REBOOT_MAGIC2 = 672274793L;
    private static final long LINUX_REBOOT_CMD_RESTART = 0x01234567L;
    private static final long LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedcL;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final SystemCallNumbers NUMBERS = SystemCallNumbers.of(System.getProperty("os.arch"));
    /// `long syscall(long number, ...)`
    private static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private SystemCalls() {}

    /// Makes the kernel read a disk's partition table again.
    public static void rereadPartitions(Path device) throws IOException {
        onDevice(device, "BLKRRPART", (kernel, file) -> kernel.call(NUMBERS.ioctl(), file, BLKRRPART, 0, 0, 0));
    }

    /// Tells the device that nobody needs these bytes. What they read as afterwards is not said.
    public static void discard(Path device, long offset, long length) throws IOException {
        range(device, "BLKDISCARD", BLKDISCARD, offset, length);
    }

    /// Discards, copies that the device made for itself included.
    public static void discardSecurely(Path device, long offset, long length) throws IOException {
        range(device, "BLKSECDISCARD", BLKSECDISCARD, offset, length);
    }

    /// Makes a range of a disk or file read as zeros without writing them; fails where the device cannot promise that
    /// (the kernel's BLKDEV_ZERO_NOFALLBACK).
    public static void punchHole(Path device, long offset, long length) throws IOException {
        onDevice(device, "fallocate",
                (kernel, file) -> kernel.call(NUMBERS.fallocate(), file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length, 0));
    }

    public static void mount(String source, Path target, String type, boolean readOnly) throws IOException {
        call("mount " + type + " " + source, kernel -> kernel.call(NUMBERS.mount(), kernel.text(source), kernel.text(target.toString()),
                kernel.text(type), readOnly ? MS_RDONLY : 0, 0));
    }

    public static void unmount(Path target) throws IOException {
        call("umount " + target, kernel -> kernel.call(NUMBERS.umount2(), kernel.text(target.toString()), 0, 0, 0, 0));
    }

    /// Writes out every file system and disk cache.
    public static void sync() throws IOException {
        call("sync", kernel -> kernel.call(NUMBERS.sync(), 0, 0, 0, 0, 0));
    }

    /// Reboots at once: no file system is flushed, no process is told.
    public static void reboot() throws IOException {
        call("reboot", kernel -> kernel.call(NUMBERS.reboot(), LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0, 0));
    }

    /// Powers off at once: no file system is flushed, no process is told.
    public static void powerOff() throws IOException {
        call("power off", kernel -> kernel.call(NUMBERS.reboot(), LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, 0, 0));
    }

    private static void range(Path device, String name, long request, long offset, long length) throws IOException {
        onDevice(device, name, (kernel, file) -> {
            MemorySegment range = kernel.memory.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
            range.setAtIndex(JAVA_LONG, 0, offset);
            range.setAtIndex(JAVA_LONG, 1, length);
            return kernel.call(NUMBERS.ioctl(), file, request, range.address(), 0, 0);
        });
    }

    private static void onDevice(Path device, String name, FileCall body) throws IOException {
        call(name + " " + device, kernel -> {
            long file = kernel.call(NUMBERS.openat(), AT_FDCWD, kernel.text(device.toString()), O_RDWR | O_CLOEXEC, 0, 0);
            if (file < 0) {
                return file;
            }
            long result = body.call(kernel, file);
            int errno = kernel.errno();
            kernel.call(NUMBERS.close(), file, 0, 0, 0, 0);
            ERRNO.set(kernel.state, 0L, errno);
            return result;
        });
    }

    private static void call(String what, Call body) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            var kernel = new Kernel(arena, arena.allocate(CALL_STATE));
            if (body.call(kernel) < 0) {
                throw new IOException(what + ": " + Errno.text(kernel.errno()));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private record Kernel(Arena memory, MemorySegment state) {
        long call(int number, long first, long second, long third, long fourth, long fifth) throws Throwable {
            return (long) SYSCALL.invokeExact(state, (long) number, first, second, third, fourth, fifth);
        }

        long text(String text) {
            return memory.allocateFrom(text).address();
        }

        int errno() {
            return (int) ERRNO.get(state, 0L);
        }
    }

    @FunctionalInterface
    private interface Call {
        long call(Kernel kernel) throws Throwable;
    }

    @FunctionalInterface
    private interface FileCall {
        long call(Kernel kernel, long file) throws Throwable;
    }
}
