package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BmcUsers.Change;
import io.bessemer.core.driver.BmcUsers.Privilege;
import io.bessemer.core.driver.BmcUsers.User;
import io.bessemer.core.driver.BmcUsers.Users;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.fault.Failure;
import io.bessemer.ipmi.command.SetUserAccess;
import io.bessemer.ipmi.session.IpmiCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users of OpenIPMI's simulator, as `ipmitool` reads them and as we do; and of a BMC that has its own ideas.
class IpmiUsersTest {
    private static final Change NOTHING = new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final OptionalInt HERE = OptionalInt.empty();

    private static Change name(String name) {
        return new Change(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Change password(String password) {
        return new Change(Optional.empty(), Optional.of(password), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Change privilege(Privilege level) {
        return new Change(Optional.empty(), Optional.empty(), Optional.of(level), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Change enabled(boolean on) {
        return new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(on), Optional.empty(), Optional.empty());
    }

    private static Change messaging(boolean on) {
        return new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(on), Optional.empty());
    }

    private static Change linkAuthentication(boolean on) {
        return new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(on));
    }

    @Nested
    class OfASimulator {
        @TempDir
        private Path directory;

        private IpmiSim simulator;
        private IpmiHardwareType ipmi;
        private BmcUsers users;
        private DriverNode node;

        @BeforeEach
        void start() throws Exception {
            simulator = IpmiSim.start(directory);
            ipmi = new IpmiHardwareType();
            users = ipmi.bmcUsers().orElseThrow();
            node = TestNodes.node(simulator.port());
        }

        @AfterEach
        void stop() throws Exception {
            ipmi.close();
            if (simulator != null) {
                simulator.close();
            }
        }

        private String ipmitool(String... command) throws Exception {
            return as(IpmiSim.USER, IpmiSim.PASSWORD, "ADMINISTRATOR", command);
        }

        private String as(String user, String password, String level, String... command) throws Exception {
            List<String> words = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", Integer.toString(simulator.port()), "-U", user, "-P", password, "-L", level,
                    "-N", "1", "-R", "1"));
            words.addAll(List.of(command));
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            process.waitFor();
            return said;
        }

        /// `ID  Name  Callin  Link Auth  IPMI Msg  Channel Priv Limit`, of those with a name
        private List<String> rows() throws Exception {
            return ipmitool("user", "list", "1").lines().filter(line -> line.matches("\\d+ +\\S+ +(true|false) +(true|false) +(true|false) .*")).map(line -> line.replaceAll("\\s+", " ").strip()).toList();
        }

        private static List<String> rows(Users told) {
            return told.users().stream().map(user -> "%d %s %s %s %s %s".formatted(user.id(), user.name(), !user.callbackOnly(), user.linkAuthentication(), user.messaging(), user.privilege())).toList();
        }

        @Test
        void they_are_those_of_ipmitool() throws Exception {
            Users told = users.list(node, HERE);
            assertThat(rows(told)).isEqualTo(rows()).containsExactly("2 admin true false true ADMINISTRATOR", "3 oper true false true OPERATOR");
            assertThat(told.users()).extracting(User::ours).containsExactly(true, false);
            String summary = ipmitool("user", "summary", "1");
            assertThat(summary).containsPattern("Maximum IDs\\s+: %d\n".formatted(told.most())).containsPattern("Enabled User Count\\s+: %d\n".formatted(told.enabled()))
                    .containsPattern("Fixed Name Count\\s+: %d\n".formatted(told.fixedNames()));
            assertThat(told.channel()).isEqualTo(1);
            assertThat(users.list(node, OptionalInt.of(2)).channel()).isEqualTo(2);
        }

        @Test
        void one_is_made_used_given_less_disabled_and_removed() throws Exception {
            User made = users.create(node, HERE, "ops", "let-me-in", Privilege.OPERATOR);
            assertThat(made).isEqualTo(new User(4, "ops", "OPERATOR", null, true, false, false, false));
            assertThat(rows()).contains("4 ops true false true OPERATOR").isEqualTo(rows(users.list(node, HERE)));
            assertThat(as("ops", "let-me-in", "OPERATOR", "chassis", "power", "status")).contains("Chassis Power is");
            users.change(node, HERE, 4, privilege(Privilege.USER)); // which the simulator tells, and does not hold a login to
            assertThat(rows()).contains("4 ops true false true USER");
            assertThat(as("ops", "let-me-in", "USER", "chassis", "power", "status")).contains("Chassis Power is");
            users.change(node, HERE, 4, password("another-secret"));
            assertThat(as("ops", "let-me-in", "USER", "chassis", "power", "status")).contains("Unable to establish");
            assertThat(as("ops", "another-secret", "USER", "chassis", "power", "status")).contains("Chassis Power is");
            users.change(node, HERE, 4, linkAuthentication(true));
            assertThat(rows()).contains("4 ops true true true USER");
            users.change(node, HERE, 4, enabled(false));
            assertThat(as("ops", "another-secret", "USER", "chassis", "power", "status")).contains("Unable to establish");
            assertThat(ipmitool("user", "summary", "1")).containsPattern("Enabled User Count\\s+: 2\n");
            users.change(node, HERE, 4, enabled(true));
            assertThat(as("ops", "another-secret", "USER", "chassis", "power", "status")).contains("Chassis Power is");
            users.change(node, HERE, 4, name("operators"));
            assertThat(as("operators", "another-secret", "USER", "chassis", "power", "status")).contains("Chassis Power is");
            users.remove(node, HERE, 4);
            assertThat(as("operators", "another-secret", "USER", "chassis", "power", "status")).contains("Unable to establish");
            assertThat(rows()).hasSize(2);
            assertThat(ipmitool("user", "list", "1")).containsPattern("(?m)^4 .*NO ACCESS");
            assertThat(users.create(node, HERE, "next", "let-me-in", Privilege.USER).id()).isEqualTo(4);
        }

        @Test
        void an_attempt_that_was_cut_off_is_taken_up() throws Exception {
            ipmitool("user", "set", "name", "7", "late");
            assertThat(users.create(node, HERE, "late", "let-me-in", Privilege.USER).id()).isEqualTo(7);
            assertThat(as("late", "let-me-in", "USER", "chassis", "power", "status")).contains("Chassis Power is");
            assertThatThrownBy(() -> users.create(node, HERE, "late", "let-me-in", Privilege.USER)).isInstanceOf(Failure.Invalid.class)
                    .hasMessageContaining("name: BMC 127.0.0.1").hasMessageContaining("has a user 'late' already, number 7. Change that one");
        }

        @Test
        void who_bessemer_logs_in_as_is_not_made_less() throws Exception {
            List<String> before = rows();
            for (Change less : List.of(enabled(false), messaging(false), privilege(Privilege.OPERATOR), privilege(Privilege.NO_ACCESS), name("root"))) {
                assertThatThrownBy(() -> users.change(node, HERE, 2, less)).as(less.toString()).isInstanceOf(Failure.Invalid.class)
                        .hasMessageContaining("user 'admin' (2) is the one by which Bessemer logs in to BMC 127.0.0.1").hasMessageContaining("Give it another in driver_info/ipmi_username");
            }
            assertThatThrownBy(() -> users.change(node, HERE, 2, password("another"))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("rotate-password").hasMessageNotContaining("another'");
            assertThatThrownBy(() -> users.remove(node, HERE, 2)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("user: user 'admin' (2) is the one").hasMessageContaining("is not removed");
            assertThatThrownBy(() -> users.remove(node, OptionalInt.of(3), 2)).isInstanceOf(Failure.Invalid.class);
            assertThat(rows()).isEqualTo(before);
            users.change(node, HERE, 2, privilege(Privilege.ADMINISTRATOR));
            users.change(node, HERE, 2, linkAuthentication(true));
            assertThat(ipmi.power().state(node)).isNotNull();
            DriverNode asOperator = TestNodes.node(simulator.port(), "ipmi_username", "oper", "ipmi_password", "operpw", "ipmi_priv_level", "OPERATOR");
            assertThatThrownBy(() -> users.create(asOperator, HERE, "ops", "let-me-in", Privilege.USER)).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.AUTHENTICATION)).hasMessageContaining("User 'oper' logged in with level OPERATOR");
        }

        @Test
        void the_anonymous_one_is_ours_when_we_have_no_name_and_is_disabled_when_we_have() throws Exception {
            ipmitool("user", "priv", "1", "4", "1");
            ipmitool("user", "enable", "1");
            ipmitool("channel", "setaccess", "1", "1", "ipmi=on", "privilege=4");
            assertThat(users.list(node, HERE).users().getFirst()).satisfies(anonymous -> assertThat(anonymous.id() + anonymous.name() + anonymous.ours()).isEqualTo("1false"));
            DriverNode anonymous = TestNodes.node(simulator.port(), "ipmi_username", null, "ipmi_password", null);
            assertThatThrownBy(() -> users.change(anonymous, HERE, 1, enabled(false))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("user '' (1) is the one by which Bessemer logs in");
            users.change(node, HERE, 1, enabled(false));
            assertThat(ipmitool("user", "summary", "1")).containsPattern("Enabled User Count\\s+: 2\n");
        }

        @Test
        void what_a_bmc_cannot_have_is_refused_by_its_field() {
            for (String bad : List.of("", "seventeen-letters", "with blank", "umläut")) {
                assertThatThrownBy(() -> users.create(node, HERE, bad, "let-me-in", Privilege.USER)).as(bad).isInstanceOf(Failure.Invalid.class).hasMessageContaining("name: has %d characters".formatted(bad.length()));
            }
            for (String bad : List.of("", "twenty-one-characters", "with blank")) {
                assertThatThrownBy(() -> users.create(node, HERE, "ops", bad, Privilege.USER)).as(bad).isInstanceOf(Failure.Invalid.class).hasMessageContaining("password: has %d characters".formatted(bad.length()));
            }
            assertThatThrownBy(() -> users.create(node, HERE, "admin", "let-me-in", Privilege.USER)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("of two with a name, a BMC takes one");
            assertThatThrownBy(() -> users.change(node, HERE, 3, name("admin"))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("has a user 'admin' already, number 2");
            assertThatThrownBy(() -> users.change(node, HERE, 9, enabled(true))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("enabled: user 9 of").hasMessageContaining("has no name");
            DriverNode inTheClear = TestNodes.node(simulator.port(), "ipmi_cipher_suite", "0");
            assertThatThrownBy(() -> users.create(inTheClear, HERE, "ops", "let-me-in", Privilege.USER)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("is not sent in the clear");
            DriverNode behind = TestNodes.node(simulator.port(), "ipmi_bridging", "single", "ipmi_target_channel", "0", "ipmi_target_address", "0x72");
            assertThatThrownBy(() -> users.list(behind, HERE)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.CONFIGURATION))
                    .hasMessageContaining("driver_info/ipmi_bridging");
            assertThat(new Change(Optional.empty(), Optional.of("let-me-in"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()).toString()).doesNotContain("let-me-in");
        }
    }

    /// As few BMCs are, and some: four numbers, of which the first two have fixed names.
    private static final class Stubborn implements Function<IpmiCall, byte[]> {
        private final String[] names = {"", "", "admin", "", ""};
        private final int[] access = {0, 0x0f, 0x14, 0x14, 0x0f};
        private final boolean[] on = {false, false, true, true, false};
        private final List<String> log = new ArrayList<>();
        private int most = 4;
        private boolean wantsPadding;

        @Override
        public byte[] apply(IpmiCall call) {
            byte[] data = call.data();
            return switch (call.command()) {
                case 0x42 -> ScriptedBmc.refusal(0xc1);
                case 0x44 -> new byte[] {0, 4, (byte) (2 | (on[data[1]] ? 0x40 : 0x80)), 2, (byte) access[data[1]]};
                case 0x46 -> names[data[0]].isEmpty() ? ScriptedBmc.refusal(0xcc) : named(names[data[0]]);
                case 0x43 -> {
                    log.add("access %d 0x%02x 0x%02x".formatted(data[1], data[0], data[2]));
                    access[data[1]] = data[0] & 0x70 | (data[2] == 15 ? 15 : Math.min(data[2], most));
                    yield new byte[1];
                }
                case 0x45 -> {
                    names[data[0]] = new String(data, 1, 16, StandardCharsets.US_ASCII).replace("\0", "");
                    log.add("name %d '%s'".formatted(data[0], names[data[0]]));
                    yield new byte[1];
                }
                case 0x47 -> {
                    log.add("%s %d".formatted(List.of("disable", "enable", "password").get(data[1]), data[0]) + (wantsPadding && data.length == 2 ? " refused" : ""));
                    if (wantsPadding && data.length == 2) {
                        yield ScriptedBmc.refusal(0xc7);
                    }
                    on[data[0]] = data[1] == 2 ? on[data[0]] : data[1] == 1;
                    yield new byte[1];
                }
                default -> throw new IllegalStateException(call.toString());
            };
        }

        private static byte[] named(String name) {
            byte[] answer = new byte[17];
            System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, answer, 1, name.length());
            return answer;
        }

        IpmiUsers.Work users() {
            return new IpmiUsers.Work(new ScriptedBmc(this), 14, "admin");
        }
    }

    @Test
    void a_number_that_is_open_already_is_closed_before_it_has_a_name() throws Exception {
        Stubborn bmc = new Stubborn();
        assertThat(bmc.users().create("ops", "let-me-in", Privilege.USER)).isEqualTo(new User(3, "ops", "USER", true, true, false, false, false));
        assertThat(bmc.log).containsExactly("access 3 0x8e 0x0f", "name 3 'ops'", "password 3", "access 3 0x9e 0x02", "enable 3");
        assertThat(bmc.users().create("more", "let-me-in", Privilege.USER).id()).isEqualTo(4);
        assertThatThrownBy(() -> bmc.users().create("most", "let-me-in", Privilege.USER)).isInstanceOf(DriverException.class).hasMessageContaining("has no room for another user: all of its 4");
        bmc.log.clear();
        bmc.users().remove(4);
        assertThat(bmc.log).containsExactly("disable 4", "access 4 0x8e 0x0f", "name 4 ''");
    }

    @Test
    void a_bmc_that_wants_a_password_to_disable_gets_room_for_one() throws Exception {
        Stubborn bmc = new Stubborn();
        bmc.wantsPadding = true;
        assertThat(bmc.users().change(3, enabled(false)).enabled()).isFalse();
        assertThat(bmc.log).containsExactly("disable 3 refused", "disable 3");
    }

    @Test
    void a_bmc_that_takes_an_order_and_does_not_follow_it_is_found_out() {
        Stubborn bmc = new Stubborn();
        bmc.most = 2;
        assertThatThrownBy(() -> bmc.users().create("ops", "let-me-in", Privilege.OPERATOR)).isInstanceOfSatisfying(DriverException.class,
                e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.NOT_CONFIRMED)).hasMessageContaining("has user 3 otherwise: privilege is 'USER', not 'OPERATOR'");
    }

    @Test
    void one_that_was_never_used_gets_no_privilege_by_the_way() throws Exception {
        Stubborn bmc = new Stubborn();
        bmc.names[4] = "idle";
        bmc.access[4] = 0;
        assertThat(bmc.users().change(4, messaging(true))).isEqualTo(new User(4, "idle", "NO ACCESS", false, true, false, false, false));
    }

    @Test
    void access_is_set_with_the_bit_that_says_so() {
        assertThat(HexFormat.of().formatHex(new SetUserAccess(1, 3, true, true, true, 3).call().data())).isEqualTo("f10303");
        assertThat(HexFormat.of().formatHex(new SetUserAccess(1, 3, false, false, false, 15).call().data())).isEqualTo("81030f");
        assertThat(Arrays.stream(Privilege.values()).map(Privilege::wire)).allSatisfy(word -> assertThat(Privilege.of(word.toLowerCase(java.util.Locale.ROOT).replace(' ', '-'))).isPresent());
        assertThat(Privilege.of("king")).isEmpty();
        assertThat(NOTHING.isEmpty()).isTrue();
    }
}
