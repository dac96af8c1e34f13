package io.bessemer.cli;

import io.bessemer.cli.demo.SimulatedSite;
import io.bessemer.lab.simulated.SimulatedRack;
import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// A real server with its boot servers on loopback, and simulated machines, for commands that change things.
final class ServerSite implements AutoCloseable {
    private static final int BOOT_FILE_BYTES = 4096;
    private static final long DISK_BYTES = 64L << 20;
    /// where neither other tests' racks are nor a demo's
    private static final int FIRST_SLOT = 2801;

    final SimulatedRack rack;
    final String api;
    private final ConfigurableApplicationContext server;

    ServerSite(Path directory, int machines) throws IOException {
        SimulatedSite site = SimulatedSite.onFreePorts(directory.resolve("data"));
        site.bootFiles(BOOT_FILE_BYTES);
        rack = SimulatedRack.start(directory.resolve("rack"), FIRST_SLOT, machines, site.network(), DISK_BYTES);
        api = "http://127.0.0.1:" + site.api();
        var settings = new ArrayList<>(site.settings());
        settings.addAll(List.of("--bessemer.ipmi.retries=1", "--bessemer.ipmi.call-timeout=2s", "--bessemer.conductor.max-retries=1"));
        SpringApplication application = new SpringApplication(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        try {
            server = application.run(settings.toArray(String[]::new));
        } catch (RuntimeException e) {
            rack.close();
            throw e;
        }
    }

    @Override
    public void close() {
        server.close();
        rack.close();
    }
}
