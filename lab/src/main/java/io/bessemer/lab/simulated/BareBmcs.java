package io.bessemer.lab.simulated;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// BMCs on free ports of loopback, without machines behind them: what is turned on stays off.
public final class BareBmcs implements AutoCloseable {
    private final List<SimulatedBmc> bmcs = new ArrayList<>();

    private BareBmcs() {
    }

    public static BareBmcs start(int count, String user, String password) throws IOException {
        BareBmcs all = new BareBmcs();
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

    public List<InetSocketAddress> addresses() {
        return bmcs.stream().map(SimulatedBmc::address).toList();
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
