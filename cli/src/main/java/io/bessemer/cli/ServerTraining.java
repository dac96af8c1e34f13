package io.bessemer.cli;

import io.bessemer.ipmi.IpmiLoad;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiSettings;
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
    private static final int POLLS = 2;

    private ServerTraining() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString().substring(0, 16);
        try (BareBmcs bmcs = BareBmcs.start(BMCS, "train", password)) {
            for (int i = 0; i < ROUNDS; i++) {
                try (IpmiClient client = new IpmiClient(IpmiSettings.defaults())) {
                    IpmiLoad.poll(client, bmcs.addresses(), BmcAccess.of("train", password), POLLS);
                }
            }
        }
        ServerMain.main(new String[] {"--train"});
    }
}
