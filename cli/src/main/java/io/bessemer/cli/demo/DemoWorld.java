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

    /// For `instance_info.image_source`.
    String image();

    Path serverLog() throws IOException;
}
