package io.bessemer.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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

/// System calls through the C library. Initialised by its first use, so that an agent that only inspects does not pay for it.
public final class SystemCalls {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    // linux/fs.h
    private static final long BLKRRPART = 0x125f;
    private static final long BLKDISCARD = 0x1277;
    private static final long BLKSECDISCARD = 0x127d;
    // linux/falloc.h
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    // linux/reboot.h
    private static final int RB_AUTOBOOT = 0x01234567;
    private static final int RB_POWER_OFF = 0x4321fedc;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 0);
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);
    private static final MethodHandle IOCTL = function("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle FALLOCATE =
            function("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 0);
    private static final MethodHandle MOUNT =
            function("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS), 0);
    private static final MethodHandle UMOUNT = function("umount", FunctionDescriptor.of(JAVA_INT, ADDRESS), 0);
    private static final MethodHandle REBOOT = function("reboot", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);
    private static final MethodHandle SYNC = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("sync"), FunctionDescriptor.ofVoid());
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private SystemCalls() {}

    /// Makes the kernel read a disk's partition table again.
    public static void rereadPartitions(Path device) throws IOException {
        onDevice(device, "BLKRRPART", (_, state, file) -> (int) IOCTL.invokeExact(state, file, BLKRRPART, MemorySegment.NULL));
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
        onDevice(device, "fallocate", (_, state, file) ->
                (int) FALLOCATE.invokeExact(state, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
    }

    public static void mount(String source, Path target, String type, boolean readOnly) throws IOException {
        call("mount " + type + " " + source, (arena, state) -> (int) MOUNT.invokeExact(state, arena.allocateFrom(source),
                arena.allocateFrom(target.toString()), arena.allocateFrom(type), readOnly ? 1L : 0L, MemorySegment.NULL));
    }

    public static void unmount(Path target) throws IOException {
        call("umount " + target, (arena, state) -> (int) UMOUNT.invokeExact(state, arena.allocateFrom(target.toString())));
    }

    /// Writes out every file system and disk cache.
    public static void sync() throws IOException {
        call("sync", (_, _) -> {
            SYNC.invokeExact();
            return 0;
        });
    }

    /// Reboots at once: no file system is flushed, no process is told.
    public static void reboot() throws IOException {
        call("reboot", (_, state) -> (int) REBOOT.invokeExact(state, RB_AUTOBOOT));
    }

    /// Powers off at once: no file system is flushed, no process is told.
    public static void powerOff() throws IOException {
        call("power off", (_, state) -> (int) REBOOT.invokeExact(state, RB_POWER_OFF));
    }

    private static void range(Path device, String name, long request, long offset, long length) throws IOException {
        onDevice(device, name, (arena, state, file) -> {
            MemorySegment range = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
            range.setAtIndex(JAVA_LONG, 0, offset);
            range.setAtIndex(JAVA_LONG, 1, length);
            return (int) IOCTL.invokeExact(state, file, request, range);
        });
    }

    private static void onDevice(Path device, String name, FileCall body) throws IOException {
        call(name + " " + device, (arena, state) -> {
            int file = (int) OPEN.invokeExact(state, arena.allocateFrom(device.toString()), O_RDWR | O_CLOEXEC);
            if (file < 0) {
                return file;
            }
            int result = body.call(arena, state, file);
            int errno = (int) ERRNO.get(state, 0L);
            int _ = (int) CLOSE.invokeExact(state, file);
            ERRNO.set(state, 0L, errno);
            return result;
        });
    }

    private static void call(String what, Call body) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            if (body.call(arena, state) < 0) {
                throw new IOException(what + ": " + text((int) ERRNO.get(state, 0L)));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(int errno) throws Throwable {
        var pointer = (MemorySegment) STRERROR.invokeExact(errno);
        return pointer.reinterpret(256).getString(0);
    }

    /// @param variadicFrom index of the first variadic argument, 0 for a function without
    private static MethodHandle function(String name, FunctionDescriptor descriptor, int variadicFrom) {
        Linker.Option state = Linker.Option.captureCallState("errno");
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return variadicFrom == 0 ? LINKER.downcallHandle(address, descriptor, state)
                : LINKER.downcallHandle(address, descriptor, state, Linker.Option.firstVariadicArg(variadicFrom));
    }

    @FunctionalInterface
    private interface Call {
        int call(Arena arena, MemorySegment state) throws Throwable;
    }

    @FunctionalInterface
    private interface FileCall {
        int call(Arena arena, MemorySegment state, int file) throws Throwable;
    }
}
