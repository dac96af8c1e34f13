package io.bessemer.pxe.net;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Calls of the C library on file descriptors. Each reports failure as a `LinuxException` with the call's name and errno.
public final class Linux {
    public static final int AF_INET6 = 10;
    public static final int AF_PACKET = 17;
    public static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPPROTO_ICMPV6 = 58;
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_BINDTODEVICE = 25;
    public static final int EPERM = 1;
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = handle("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND = handle("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle SETSOCKOPT = handle("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECVFROM = handle("recvfrom", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle SENDTO = handle("sendto", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle IOCTL = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(INT, INT, LONG, ValueLayout.ADDRESS), Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(2));

    private Linux() {}

    public static int socket(int domain, int type, int protocol) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return checked("socket", (int) SOCKET.invokeExact(state, domain, type, protocol), state);
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    /// The two bytes as C's `htons` has them.
    public static short networkOrder(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? (short) value : Short.reverseBytes((short) value);
    }

    public static void bind(int descriptor, byte[] socketAddress) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, socketAddress);
            checked("bind", (int) BIND.invokeExact(state, descriptor, bytes, socketAddress.length), state);
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    public static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static void setOption(int descriptor, int level, int option, byte[] value) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, value);
            checked("setsockopt " + level + "/" + option, (int) SETSOCKOPT.invokeExact(state, descriptor, level, option, bytes, value.length), state);
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    /// @return bytes received, or -1 when nothing came within the receive timeout
    public static int receive(int descriptor, byte[] into) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment buffer = arena.allocate(into.length);
            long length = (long) RECVFROM.invokeExact(state, descriptor, buffer, (long) into.length, 0, MemorySegment.NULL, MemorySegment.NULL);
            if (length < 0) {
                int errno = (int) ERRNO.get(state, 0L);
                if (errno == EAGAIN || errno == EINTR) {
                    return -1;
                }
                throw new LinuxException("recvfrom", errno);
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, (int) length);
            return (int) length;
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    public static void send(int descriptor, byte[] packet, byte[] socketAddress) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
            MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_BYTE, socketAddress);
            long sent = (long) SENDTO.invokeExact(state, descriptor, bytes, (long) packet.length, 0, to, socketAddress.length);
            if (sent < 0) {
                throw new LinuxException("sendto", (int) ERRNO.get(state, 0L));
            }
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    public static void ioctl(int descriptor, long request, byte[] argument) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, argument);
            checked("ioctl " + Long.toHexString(request), (int) IOCTL.invokeExact(state, descriptor, request, bytes), state);
        } catch (Throwable failure) {
            throw asException(failure);
        }
    }

    private static int checked(String call, int result, MemorySegment state) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call, (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    private static LinuxException asException(Throwable failure) {
        return switch (failure) {
            case LinuxException known -> known;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        };
    }

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }
}
