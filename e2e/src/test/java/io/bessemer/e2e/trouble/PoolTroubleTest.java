package io.bessemer.e2e.trouble;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Everything that can go wrong with hosts of pools, over the real wires: one server, and for each case machines and a pool of its own. They wait
/// for deadlines of seconds, all at the same time.
class PoolTroubleTest {
    private static final int MACHINES = 38;

    @TempDir
    private static Path directory;
    private static PoolSite pools;

    @BeforeAll
    static void start() throws IOException {
        pools = PoolSite.start(directory, 3601, MACHINES);
    }

    @AfterAll
    static void stop() {
        pools.close();
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Pools extends PoolCases {
        Pools() {
            super(pools);
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Power extends HostPowerCases {
        Power() {
            super(pools);
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Trust extends HostTrustCases {
        Trust() {
            super(pools);
        }
    }
}
