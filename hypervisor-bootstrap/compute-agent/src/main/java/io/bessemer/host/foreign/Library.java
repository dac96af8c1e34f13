package io.bessemer.host.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Functions of `libvirt.so.0` and of the C library, all through one linked shape of six 64-bit arguments: the JVM takes a slow machine a second to link each
/// shape. The calling conventions of x86-64 and arm64 allow it: whole numbers and pointers travel in registers, those too many are ignored.
public final class Library {
    private static final int ARGUMENTS = 6;
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final Map<String, MemorySegment> FUNCTIONS = new ConcurrentHashMap<>();

    private Library() {}

    /// @return as the function gives it; of an `int` only the lower half means something
    public static long call(String function, long... arguments) {
        long[] six = new long[ARGUMENTS];
        System.arraycopy(arguments, 0, six, 0, arguments.length);
        MemorySegment address = FUNCTIONS.computeIfAbsent(function, Library::find);
        try {
            return (long) CALL.invokeExact(address, six[0], six[1], six[2], six[3], six[4], six[5]);
        } catch (Throwable e) {
            throw new IllegalStateException(function, e);
        }
    }

    public static int number(String function, long... arguments) {
        return (int) call(function, arguments);
    }

    /// A text that libvirt keeps.
    public static String borrowed(long address) {
        return address == 0 ? null : MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// A text that libvirt allocated for us.
    public static String owned(long address) {
        String text = borrowed(address);
        free(address);
        return text;
    }

    public static void free(long address) {
        call("free", address);
    }

    /// What a pointer that libvirt filled in points to.
    public static MemorySegment at(MemorySegment pointer, long bytes) {
        return pointer.get(ADDRESS, 0).reinterpret(bytes);
    }

    /// A C function that calls back: `virConnectDomainEventCallback`.
    public static MemorySegment callback(Runnable body) {
        try {
            MethodHandle run = MethodHandles.lookup().findVirtual(Runnable.class, "run", MethodType.methodType(void.class)).bindTo(body);
            MethodHandle zero = MethodHandles.filterReturnValue(run, MethodHandles.constant(int.class, 0));
            MethodHandle target = MethodHandles.dropArguments(zero, 0, long.class, long.class, int.class, int.class, long.class);
            return Linker.nativeLinker().upcallStub(target, FunctionDescriptor.of(ValueLayout.JAVA_INT, JAVA_LONG, JAVA_LONG, ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, JAVA_LONG), Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment find(String function) {
        SymbolLookup symbols = function.startsWith("vir") ? SymbolLookup.libraryLookup("libvirt.so.0", Arena.global()) : Linker.nativeLinker().defaultLookup();
        return symbols.find(function).orElseThrow(() -> new IllegalStateException("this host's library has no " + function));
    }
}
