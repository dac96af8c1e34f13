package io.bessemer.cli;

import io.bessemer.lab.simulated.BareBmcs;
import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.util.UUID;

/// What the launcher has the JVM record for the server's start-up cache: logins and polls of BMCs, which a server that has just begun does by the
/// thousand, and then the server's own training.
public final class ServerTraining {
    private static final int BMCS = 64;
    /// in which each BMC is logged in to twice
    private static final int ROUNDS = 8;

    private ServerTraining() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BareBmcs bmcs = BareBmcs.start(BMCS, "train", UUID.randomUUID().toString().substring(0, 16))) {
            bmcs.poll(ROUNDS);
        }
        ServerMain.main(new String[] {"--train"});
    }
}
