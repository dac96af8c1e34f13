package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.PowerState;
import io.bessemer.ipmi.session.IpmiSettings;
import io.bessemer.ipmi.session.Quirk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// BMCs that do otherwise than IPMI 2.0 says, and cipher suites that get worse.
class QuirksTest {
    private static final IpmiSettings QUICK = IpmiSettings.defaults().withCommandTimeout(Duration.ofMillis(60)).withRetries(1)
            .withBreaker(1000, Duration.ofSeconds(1));

    private final List<AutoCloseable> open = new ArrayList<>();
    private final IpmiHardwareType ipmi = kept(new IpmiHardwareType(QUICK));

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "priv,  opensesspriv,    17, AUTHENTICATION",
        "priv,  sun20,           3,  AUTHENTICATION",
        "intel, intel20,         3,  AUTHENTICATION",
        "intel, intel20,         17, AUTHENTICATION",
        "sum,   nochecksumcheck, 3,  UNREACHABLE",
        "sum,   nochecksumcheck, 17, UNREACHABLE",
        "zero,  idzero,          17, UNREACHABLE",
    })
    void a_BMC_with_a_quirk_is_driven_when_it_is_named_and_fails_otherwise(String of, String named, int suite, Kind otherwise) throws Exception {
        int port = kept(BmcSimulator.start("-q", of)).port();
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(port, "ipmi_cipher_suite", suite)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(otherwise));
        DriverNode node = TestNodes.node(port, "ipmi_cipher_suite", suite, "ipmi_quirks", named);
        for (int i = 0; i < 3; i++) {
            assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        }
    }

    @ParameterizedTest
    @CsvSource({"long, 3", "long, 17", "icv, 0"})
    void what_costs_no_safety_is_done_for_every_BMC(String of, int suite) throws Exception {
        int port = kept(BmcSimulator.start("-0", "-q", of)).port();
        assertThat(ipmi.power().state(TestNodes.node(port, "ipmi_cipher_suite", suite))).isEqualTo(PowerState.OFF);
    }

    @Test
    void a_BMC_that_says_unauthorized_role_of_a_suite_that_is_off_is_asked_for_the_next() throws Exception {
        int port = kept(BmcSimulator.start("-c", "3", "-q", "role")).port();
        assertThat(ipmi.power().state(TestNodes.node(port))).isEqualTo(PowerState.OFF);
    }

    @Test
    void quirks_do_no_harm_to_a_BMC_that_has_none() throws Exception {
        int port = kept(BmcSimulator.start()).port();
        for (Quirk quirk : Quirk.values()) {
            if (quirk != Quirk.INTEL_2_0) { // another user name to any other BMC
                assertThat(ipmi.power().state(TestNodes.node(port, "ipmi_quirks", quirk.flag()))).as(quirk.flag()).isEqualTo(PowerState.OFF);
            }
        }
    }

    @Test
    void forged_answers_are_not_believed_whatever_quirk_is_named() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(kept(BmcSimulator.start()).address()));
        DriverNode node = TestNodes.node(meddler.port(), "ipmi_quirks", List.of("nochecksumcheck", "idzero"));
        assertThat(ipmi.power().state(node)).isEqualTo(PowerState.OFF);
        meddler.meddle(answer -> {
            byte[] changed = answer.clone();
            changed[changed.length - 1] ^= 1;
            return List.of(changed);
        });
        assertThatThrownBy(() -> ipmi.power().state(node)).isInstanceOf(DriverException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            opensespriv           | names 'opensespriv'; allowed are opensesspriv, intel20, sun20
            idzero, noauthcodecheck | names 'noauthcodecheck', which is not taken: it would make forged answers believed
            endianseq             | names 'endianseq', which is not taken: it concerns the sessions of IPMI 1.5
            """)
    void an_unknown_quirk_is_told_with_those_that_are_allowed(String flags, String said) {
        assertThatThrownBy(() -> ipmi.validate(TestNodes.node(623, "ipmi_quirks", flags)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("driver_info/ipmi_quirks " + said);
    }

    @Test
    void the_page_for_operators_tells_of_every_quirk() throws Exception {
        String page = Files.readString(Path.of("../docs/reference/ipmi-quirks.md"));
        for (Quirk quirk : Quirk.values()) {
            assertThat(page).contains("| `%s` | %s |".formatted(quirk.flag(), quirk.reason())).contains(quirk.seenOn());
        }
        for (String refused : Quirk.refusedFlags()) {
            assertThat(page).contains("| `%s` | %s |".formatted(refused, Quirk.whyRefused(refused).orElseThrow()));
        }
    }

    @Test
    void the_suite_that_worked_is_learned_and_a_weaker_one_is_not_tried_after_it() throws Exception {
        BmcSimulator strong = BmcSimulator.start();
        DriverNode node = TestNodes.node(strong.port());
        assertThat(ipmi.management().learned(node.id())).isEmpty();
        ipmi.power().state(node);
        assertThat(ipmi.management().learned(node.id())).isEqualTo(Map.of("ipmi_cipher_suite_learned", "17 at 127.0.0.1:" + strong.port()));
        strong.close();
        kept(BmcSimulator.startAt(strong.port(), "-c", "3")); // or somebody on the path who makes it look so
        assertDowngradeRefused(ipmi, node);
        // a process that begins knows it from the node
        IpmiHardwareType later = kept(new IpmiHardwareType(QUICK));
        assertDowngradeRefused(later, learned(node, "17 at 127.0.0.1:" + strong.port()));
        assertThat(later.power().state(learned(node, "3 at 127.0.0.1:" + strong.port()))).isEqualTo(PowerState.OFF);
        // an order is an order, and is what counts from then on
        DriverNode ordered = TestNodes.node(strong.port(), "ipmi_cipher_suite", 3);
        assertThat(ipmi.power().state(ordered)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.management().learned(node.id())).isEqualTo(Map.of("ipmi_cipher_suite_learned", "3 at 127.0.0.1:" + strong.port()));
    }

    @Test
    void a_BMC_that_learns_a_stronger_suite_is_logged_into_with_it() throws Exception {
        int port = kept(BmcSimulator.start()).port();
        DriverNode node = learned(TestNodes.node(port), "3 at 127.0.0.1:" + port);
        ipmi.power().state(node);
        assertThat(ipmi.management().learned(node.id())).isEqualTo(Map.of("ipmi_cipher_suite_learned", "17 at 127.0.0.1:" + port));
    }

    @Test
    void a_suite_that_was_learned_at_another_address_is_forgotten() throws Exception {
        BmcSimulator weak = kept(BmcSimulator.start("-c", "3"));
        DriverNode moved = learned(TestNodes.node(weak.port()), "17 at 127.0.0.1:" + (weak.port() + 1));
        assertThat(ipmi.power().state(moved)).isEqualTo(PowerState.OFF);
        assertThat(ipmi.management().learned(moved.id())).isEqualTo(Map.of("ipmi_cipher_suite_learned", "3 at 127.0.0.1:" + weak.port()));
    }

    @Test
    void a_BMC_that_is_mute_to_what_it_does_not_know_is_asked_what_it_offers_and_logged_into_sooner() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(kept(BmcSimulator.start("-c", "3", "-q", "mute")).address()));
        assertThat(ipmi.power().state(TestNodes.node(meddler.port()))).isEqualTo(PowerState.OFF);
        assertThat(meddler.requests().stream().filter(request -> request[4] == 0x06 && (request[5] & 0x3f) == 0x10 && request[16 + 12] == 3))
                .as("Open Session with suite 17").hasSize(2);
    }

    @Test
    void a_BMC_that_takes_none_of_our_suites_is_told_with_what_it_offers_and_what_the_node_allows() throws Exception {
        BmcSimulator weak = kept(BmcSimulator.start("-c", "3"));
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(weak.port(), "ipmi_cipher_suite", 17)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it refuses the cipher suites [17]").hasMessageContaining("it says that it offers [3], and the node allows [17]");
        BmcSimulator mute = kept(BmcSimulator.start("-c", "3", "-q", "mute"));
        assertThatThrownBy(() -> ipmi.power().state(TestNodes.node(mute.port(), "ipmi_cipher_suite", 17)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("not to Open Session with cipher suites [17]; it says that it offers [3], and the node allows [17]");
        // the same of one that was logged into with a better one
        DriverNode before = learned(TestNodes.node(weak.port()), "17 at 127.0.0.1:" + weak.port());
        assertThatThrownBy(() -> ipmi.power().state(before)).hasMessageContaining("it says that it offers [3], and the node allows [17, 3]")
                .hasMessageContaining("the weaker 3 was not tried");
    }

    @Test
    void whoever_forges_what_a_BMC_offers_brings_about_no_weaker_login_where_a_better_one_worked() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(kept(BmcSimulator.start("-c", "3", "-q", "mute")).address()));
        DriverNode node = learned(TestNodes.node(meddler.port()), "17 at 127.0.0.1:" + meddler.port());
        assertThatThrownBy(() -> ipmi.power().state(node)).hasMessageContaining("the weaker 3 was not tried");
        assertThat(meddler.requests()).noneMatch(request -> request[4] == 0x06 && (request[5] & 0x3f) == 0x10 && request[16 + 12] == 1);
    }

    @Test
    void somebody_who_drops_the_packets_with_the_better_suite_gets_no_login_with_a_worse_one() throws Exception {
        UdpMeddler meddler = kept(new UdpMeddler(kept(BmcSimulator.start()).address()));
        meddler.meddle(answer -> (answer[5] & 0x3f) == 0x11 && answer[4] == 0x06 ? List.of() : List.of(answer)); // no Open Session Response
        DriverNode node = learned(TestNodes.node(meddler.port()), "17 at 127.0.0.1:" + meddler.port());
        assertThatThrownBy(() -> ipmi.power().state(node)).hasMessageContaining("but not to Open Session with cipher suites [17]")
                .hasMessageContaining("the weaker 3 was not tried");
        assertThat(meddler.requests()).allMatch(request -> request[4] != 0x06 || (request[5] & 0x3f) != 0x10 || request[16 + 12] == 3);
    }

    private static void assertDowngradeRefused(IpmiHardwareType ipmi, DriverNode node) {
        assertThatThrownBy(() -> ipmi.power().state(node))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("it refuses the cipher suites [17]").hasMessageContaining("the weaker 3 was not tried: somebody on the path could bring that about")
                .hasMessageContaining("driver_info/ipmi_cipher_suite");
    }

    private static DriverNode learned(DriverNode node, String suite) {
        return new DriverNode(node.id(), node.name(), node.driverInfo(), node.properties(), node.knownPower(), node.background(),
                Map.of("ipmi_cipher_suite_learned", suite));
    }
}
