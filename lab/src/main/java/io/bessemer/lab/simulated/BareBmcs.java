package io.bessemer.lab.simulated;

import io.bessemer.ipmi.IpmiLoad;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// BMCs on free ports of loopback, without machines behind them: what is turned on stays off.
public final class BareBmcs implements AutoCloseable {
    private static final int POLLS = 2;

    private final List<SimulatedBmc> bmcs = new ArrayList<>();
    private final BmcAccess access;

    private BareBmcs(BmcAccess access) {
        this.access = access;
    }

    public static BareBmcs start(int count, String user, String password) throws IOException {
        BareBmcs all = new BareBmcs(BmcAccess.of(user, password));
        try {
            for (int i = 0; i < count; i++) {
                all.bmcs.add(new SimulatedBmc(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), user, password, new Nothing(), new Faults()));
            }
        } catch (IOException e) {
            all.close();
            throw e;
        }
        return all;
    }

    /// Asks all of them for their power as the driver does: in each round with two logins and some polls more.
    public void poll(int rounds) throws InterruptedException {
        List<InetSocketAddress> addresses = bmcs.stream().map(SimulatedBmc::address).toList();
        for (int i = 0; i < rounds; i++) {
            try (IpmiClient client = new IpmiClient(IpmiSettings.defaults())) {
                IpmiLoad.poll(client, addresses, access, POLLS);
            }
        }
    }

    @Override
    public void close() {
        bmcs.forEach(SimulatedBmc::close);
    }

    private static final class Nothing implements Chassis {
        private byte[] flags = new byte[5];

        @Override
        public boolean poweredOn() {
            return false;
        }

        @Override
        public void powerOn() {
        }

        @Override
        public void powerOff() {
        }

        @Override
        public void reset() {
        }

        @Override
        public void softOff() {
        }

        @Override
        public void bootFlags(byte[] bytes) {
            flags = bytes.clone();
        }

        @Override
        public byte[] bootFlags() {
            return flags.clone();
        }
    }
}
