package io.bessemer.redfish;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.IndicatorInterface.Indicator;
import io.bessemer.redfish.client.RedfishSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/// A BMC that gives the same answer to whatever it is asked, at every path: collections hold themselves, links lead in circles, numbers are texts. Whoever
/// asks it comes to an end, and complains in words.
class LyingBmcFuzzTest {
    /// Requests that a walk over a BMC may make: none is as large.
    private static final int MOST_REQUESTS = 5_000;
    private static final RedfishSettings SETTINGS = new RedfishSettings(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMinutes(5), 8);
    private static volatile byte[] answer = {};
    private static volatile int requests;
    private static final HttpServer BMC = start();
    private static final RedfishHardwareType DRIVER = new RedfishHardwareType(SETTINGS);

    private static HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                requests++; // one thread answers
                exchange.getRequestBody().readAllBytes();
                byte[] body = answer;
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Question {
        Object ask(DriverNode node) throws DriverException;
    }

    @FuzzTest
    void answers(byte[] json) {
        answer = json.clone();
        Map<String, Object> info = Map.of("redfish_address", "http://127.0.0.1:" + BMC.getAddress().getPort(), "redfish_system_id", "/redfish/v1/Systems/1");
        DriverNode node = new DriverNode(StubbedBmc.ID, "rack1-17", info, Map.of(), null, false);
        ask(node, DRIVER.power()::state);
        ask(node, DRIVER.management()::bootDevice);
        ask(node, DRIVER.management()::sensors);
        ask(node, DRIVER.management()::identity);
        ask(node, DRIVER.bootModes().orElseThrow()::bootMode);
        ask(node, DRIVER.bootModes().orElseThrow()::secureBoot);
        ask(node, DRIVER.bios().orElseThrow()::settings);
        ask(node, DRIVER.firmware().orElseThrow()::components);
        ask(node, DRIVER.firmware().orElseThrow()::jobs);
        ask(node, asked -> DRIVER.firmware().orElseThrow().job(asked, "/redfish/v1/TaskService/Tasks/1"));
        ask(node, DRIVER.inspection().orElseThrow()::look);
        ask(node, DRIVER.virtualMedia().orElseThrow()::drives);
        ask(node, asked -> {
            for (Indicator light : DRIVER.indicators().orElseThrow().indicators(asked).stream().limit(3).toList()) {
                DRIVER.indicators().orElseThrow().state(asked, light);
            }
            return 0;
        });
    }

    private static void ask(DriverNode node, Question question) {
        requests = 0;
        try {
            assert question.ask(node) != null;
        } catch (DriverException expected) {
            assert expected.getMessage().length() > 10 : expected;
        }
        assert requests <= MOST_REQUESTS : requests + " requests for one question";
    }
}
