package io.bessemer.host;

import io.bessemer.host.join.TicketSource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.UnaryOperator;

/// The compute agent of a host. Without arguments it serves until it is stopped; `--train` runs once through what it does, for the
/// recording of an AOT cache.
public final class Main {
    static final String VERSION = "0.1.0";

    private Main() {}

    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--train")) {
            Training.run();
            return;
        }
        if (arguments.length != 0) {
            System.err.println("usage: Main [--train]");
            System.exit(2);
        }
        Console.say("version " + VERSION);
        HostFiles files = HostFiles.HOST;
        new Agent(files, new TicketSource(files), UnaryOperator.identity(), Pace.NORMAL, libvirt -> new Workshop(files, libvirt)).run();
    }
}
