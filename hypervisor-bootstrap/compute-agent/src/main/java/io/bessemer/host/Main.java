package io.bessemer.host;

import io.bessemer.host.join.TicketSource;
import io.bessemer.host.kind.Hypervisor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.UnaryOperator;

/// The compute agent of a host. Without arguments it serves until it is stopped; `--train` runs once through what it does, for the
/// recording of an AOT cache; `--kinds` prints the hypervisors that it knows, a vendor's too.
public final class Main {
    static final String VERSION = "0.1.0";

    private Main() {}

    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--train")) {
            Training.run();
            return;
        }
        if (arguments.length == 1 && arguments[0].equals("--kinds")) {
            Hypervisor.names().forEach(System.out::println);
            return;
        }
        if (arguments.length != 0) {
            System.err.println("usage: Main [--train | --kinds]");
            System.exit(2);
        }
        Console.say("version " + VERSION);
        HostFiles files = HostFiles.HOST;
        new Agent(files, new TicketSource(files), UnaryOperator.identity(), Pace.NORMAL, libvirt -> new Workshop(files, libvirt)).run();
    }
}
