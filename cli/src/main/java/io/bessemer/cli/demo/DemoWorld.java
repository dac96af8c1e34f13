package io.bessemer.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where a demo happens: a rack, and a server beside it.
interface DemoWorld {
    /// Programs, ramdisk and image: what is there already costs nothing.
    void prepare() throws Exception;

    /// @param cleanup takes everything that is to be closed
    /// @return the rack's machines, all off
    List<DemoMachine> start(Cleanup cleanup) throws Exception;

    /// Once started.
    DemoServer server();

    /// Makes of a command the one that runs where the machines can be reached.
    List<String> inNetwork(List<String> command);

    /// What is not as it would be with machines; empty when nothing is.
    String caveat();

    /// How many hosts of a pool may change at a time.
    int changing();

    /// Starts a guest on an enabled host, and waits until Bessemer knows of it too.
    ///
    /// @return lines to show, the first of which says how
    List<String> startGuest(PoolTour tour, String host) throws Exception;

    /// For `instance_info.image_source`.
    String image();

    Path serverLog() throws IOException;
}
