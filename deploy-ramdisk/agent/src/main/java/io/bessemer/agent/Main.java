package io.bessemer.agent;

import io.bessemer.agent.inventory.InventoryReader;
import io.bessemer.agent.linux.Sysfs;
import io.bessemer.agent.protocol.SessionRequest;
import io.bessemer.agent.server.ServerClient;
import java.io.IOException;
import java.time.Duration;

/// The agent of the deploy ramdisk. Without arguments it reads the kernel command line and serves until the machine is
/// rebooted or powered off; `--train` runs once through what it does, for the recording of an AOT cache.
public final class Main {
    static final String VERSION = "0.1.0";
    private static final Duration BEFORE_REBOOT = Duration.ofSeconds(60);

    private Main() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--train")) {
            Training.run();
            return;
        }
        if (arguments.length != 0) {
            System.err.println("usage: Main [--train]");
            System.exit(2);
        }
        MachineControl machine = new LinuxMachine();
        try {
            serve(KernelArguments.parse(Sysfs.MACHINE.text("/proc/cmdline")), machine);
        } catch (IllegalArgumentException e) {
            Console.say(e.getMessage());
            Console.say("rebooting in %d s".formatted(BEFORE_REBOOT.toSeconds()));
            Thread.sleep(BEFORE_REBOOT);
            machine.reboot();
        }
    }

    private static void serve(KernelArguments kernel, MachineControl machine) throws InterruptedException {
        String bootMode = InventoryReader.bootMode(Sysfs.MACHINE);
        Console.say("version %s, node %s, %s, server %s".formatted(VERSION, kernel.node(), bootMode, kernel.api()));
        var server = new ServerClient(kernel.api(), kernel.node());
        var request = new SessionRequest(kernel.attempt(), kernel.token(), kernel.bootMac(), VERSION, bootMode);
        new Agent(server, request, new Commands(Sysfs.MACHINE, server, kernel.content(), kernel.bootMac()), machine, Pace.NORMAL).run();
    }
}
