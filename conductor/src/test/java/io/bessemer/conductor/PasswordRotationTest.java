package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A BMC that takes a password, and a process that dies between any two lines.
class PasswordRotationTest {
    private static final String OLD = "old-password";
    private static final String NEW = "new-password";

    private final Rig rig = new Rig();
    private Clock clock = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
    private final PretendBmc bmc = new PretendBmc();
    /// what happens from now on, in order: commits and questions to the BMC
    private int happened;
    private int dieAt = Integer.MAX_VALUE;
    private boolean afterIt;

    /// Nothing may handle it.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private interface Effect<T> {
        T happen() throws DriverException;
    }

    private <T> T line(Effect<T> effect) throws DriverException {
        boolean now = ++happened == dieAt;
        if (happened > dieAt || now && !afterIt) {
            throw new Killed();
        }
        T done = effect.happen();
        if (now) {
            throw new Killed();
        }
        return done;
    }

    private final class PretendBmc {
        String password = OLD;
        boolean deaf;
        boolean losesAnswers;
        boolean ignores;
        int keeps = 20;
        DriverException refuses;

        BmcInterface driver() {
            return (BmcInterface) Proxy.newProxyInstance(BmcInterface.class.getClassLoader(), new Class<?>[] {BmcInterface.class}, (_, method, arguments) -> switch (method.getName()) {
                case "passwordKey" -> "ipmi_password";
                case "pendingKey" -> "ipmi_password_pending";
                case "checkPassword" -> null;
                case "setPassword" -> line(() -> set((String) arguments[1]));
                case "admits" -> line(() -> {
                    answer();
                    return password.equals(arguments[1]);
                });
                default -> throw new IllegalStateException(method + " is not asked here");
            });
        }

        private Object set(String wished) throws DriverException {
            answer();
            if (refuses != null) {
                throw refuses;
            }
            password = ignores ? password : wished.substring(0, Math.min(keeps, wished.length()));
            if (losesAnswers) {
                throw silent();
            }
            return null;
        }

        private void answer() throws DriverException {
            if (deaf) {
                throw silent();
            }
        }

        private static DriverException silent() {
            return new DriverException(Kind.UNREACHABLE, "BMC did not answer.");
        }
    }

    @BeforeEach
    void enroll() {
        rig.enroll();
        store(Map.of("address", "192.0.2.7", "ipmi_password", OLD));
    }

    private void store(Map<String, Object> driverInfo) {
        rig.edit(node -> node.toBuilder().driverInfo(driverInfo).build());
    }

    /// A process begins.
    private PasswordRotation process(String conductor) {
        NodeStore real = rig.stores().nodes();
        NodeStore mortal = (NodeStore) Proxy.newProxyInstance(NodeStore.class.getClassLoader(), new Class<?>[] {NodeStore.class}, (_, method, arguments) -> {
            Effect<Object> call = () -> {
                try {
                    return method.invoke(real, arguments);
                } catch (InvocationTargetException | IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            };
            return method.getName().equals("commit") ? line(call) : call.happen();
        });
        HardwareType type = (HardwareType) Proxy.newProxyInstance(HardwareType.class.getClassLoader(), new Class<?>[] {HardwareType.class},
                (_, method, _) -> method.getName().equals("bmc") ? Optional.of(bmc.driver()) : null);
        return new PasswordRotation(mortal, new Drivers(Map.of("fake", type)), clock, conductor);
    }

    private void change(String password) {
        process("conductor-1").change(rig.id(), bmc.driver(), Optional.ofNullable(password));
    }

    private void restartAndSettle() {
        dieAt = Integer.MAX_VALUE;
        PasswordRotation next = process("conductor-1");
        next.findUnsettled();
        next.settleAll();
    }

    private void settled(String password) {
        Node node = rig.node();
        assertThat(bmc.password).isEqualTo(password);
        assertThat(node.driverInfo()).isEqualTo(Map.of("address", "192.0.2.7", "ipmi_password", password));
        assertThat(node.driverInternalInfo()).doesNotContainKey(PasswordRotation.UNDER_WAY);
    }

    @Test
    void a_password_is_changed_and_history_tells_of_it_without_it() {
        change(NEW);
        settled(NEW);
        assertThat(rig.history()).contains("the BMC's password is being changed", "the BMC's password is changed");
        assertThat(rig.history().toString()).doesNotContain(NEW, OLD);
    }

    @Test
    void a_generated_one_is_of_sixteen_characters_of_all_kinds() {
        change(null);
        assertThat(bmc.password).matches("[A-Za-z0-9_-]{16}").matches("[A-Za-z].*").matches(".*[a-z].*").matches(".*[A-Z].*").matches(".*[0-9].*").matches(".*[-_].*");
        settled(bmc.password);
    }

    @Test
    void a_process_that_dies_at_any_line_leaves_two_passwords_of_which_one_works_and_the_next_process_keeps_that_one() {
        int lines = 0;
        for (boolean after : new boolean[] {false, true}) {
            for (int at = 1;; at++) {
                store(Map.of("address", "192.0.2.7", "ipmi_password", OLD));
                bmc.password = OLD;
                happened = 0;
                afterIt = after;
                dieAt = at;
                boolean died = false;
                try {
                    change(NEW);
                } catch (Killed e) {
                    died = true;
                }
                String where = "killed %s line %d".formatted(after ? "after" : "before", at);
                assertThat(rig.node().driverInfo().values()).as(where).contains(bmc.password);
                restartAndSettle();
                settled(bmc.password);
                if (!died) {
                    assertThat(bmc.password).isEqualTo(NEW);
                    break;
                }
                lines++;
            }
        }
        assertThat(lines).as("store, set, try, store: before and after each").isEqualTo(8);
    }

    @Test
    void a_process_that_dies_while_it_settles_is_followed_by_one_that_does() {
        for (boolean changed : new boolean[] {false, true}) {
            for (boolean after : new boolean[] {false, true}) {
                for (int at = 1; at <= 3; at++) {
                    store(Map.of("address", "192.0.2.7", "ipmi_password", OLD, "ipmi_password_pending", NEW));
                    rig.edit(node -> node.toBuilder().internal(PasswordRotation.UNDER_WAY, Map.of("conductor", "conductor-1", "at", clock.instant().toString())).build());
                    bmc.password = changed ? NEW : OLD;
                    happened = 0;
                    afterIt = after;
                    dieAt = at;
                    PasswordRotation dying = process("conductor-1");
                    dying.findUnsettled();
                    try {
                        dying.settleAll();
                    } catch (Killed e) {
                        assertThat(rig.node().driverInfo().values()).contains(bmc.password);
                    }
                    restartAndSettle();
                    settled(changed ? NEW : OLD);
                }
            }
        }
    }

    @Test
    void an_answer_that_is_lost_is_found_out_about_at_once() {
        bmc.losesAnswers = true;
        change(NEW);
        settled(NEW);
    }

    @Test
    void a_BMC_that_falls_silent_leaves_both_until_it_answers() {
        bmc.deaf = true;
        PasswordRotation rotation = process("conductor-1");
        assertThatThrownBy(() -> rotation.change(rig.id(), bmc.driver(), Optional.of(NEW))).isInstanceOf(Failure.Hardware.class)
                .hasMessageContaining("BMC did not answer. Which password the BMC has now, the old or the new one, is not known").hasMessageNotContaining(NEW);
        assertThat(rig.node().driverInfo()).containsEntry("ipmi_password", OLD).containsEntry("ipmi_password_pending", NEW);
        rotation.settleAll();
        assertThat(rig.node().driverInfo()).containsKey("ipmi_password_pending");
        bmc.deaf = false;
        rotation.settleAll();
        settled(OLD);
    }

    @Test
    void a_refusal_is_told_and_the_old_one_stays() {
        bmc.refuses = new DriverException(Kind.REFUSED, "BMC refused Set User Password: too simple.");
        assertThatThrownBy(() -> change(NEW)).isInstanceOf(Failure.Hardware.class).hasMessage("BMC refused Set User Password: too simple.");
        settled(OLD);
    }

    @Test
    void a_BMC_that_takes_a_password_and_does_not_use_it_is_found_out() {
        bmc.ignores = true;
        assertThatThrownBy(() -> change(NEW)).isInstanceOf(Failure.Hardware.class).hasMessageContaining("took the new password and does not log in with it; the old one works still");
        settled(OLD);
    }

    @Test
    void a_BMC_that_keeps_a_part_of_a_long_password_is_found_out_and_stays_reachable() {
        bmc.keeps = 16;
        assertThatThrownBy(() -> change("twenty-bytes-are-max")).isInstanceOf(Failure.Hardware.class).hasMessageContaining("keeps only the first 16 characters")
                .hasMessageNotContaining("twenty");
        settled("twenty-bytes-are");
    }

    @Test
    void a_password_that_neither_is_leaves_both() {
        bmc.ignores = true;
        bmc.password = "somebody else's";
        assertThatThrownBy(() -> change(NEW)).isInstanceOf(Failure.Hardware.class).hasMessageContaining("logs in neither with the password that it had nor with the new one");
        assertThat(rig.node().driverInfo()).containsEntry("ipmi_password", OLD).containsEntry("ipmi_password_pending", NEW);
    }

    @Test
    void what_another_conductor_is_about_is_left_to_it_for_ten_minutes() {
        store(Map.of("address", "192.0.2.7", "ipmi_password", OLD, "ipmi_password_pending", NEW));
        rig.edit(node -> node.toBuilder().internal(PasswordRotation.UNDER_WAY, Map.of("conductor", "conductor-2", "at", clock.instant().toString())).build());
        PasswordRotation rotation = process("conductor-1");
        rotation.findUnsettled();
        rotation.settleAll();
        assertThat(rig.node().driverInfo()).containsKey("ipmi_password_pending");
        assertThatThrownBy(() -> change("third-password")).isInstanceOf(Failure.Conflict.class).hasMessageContaining("is being changed by conductor conductor-2");
        clock = Clock.offset(clock, PasswordRotation.ABANDONED.plus(Duration.ofSeconds(1)));
        restartAndSettle();
        settled(OLD);
    }

    @Test
    void the_same_password_is_none_to_change_to() {
        assertThatThrownBy(() -> change(OLD)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("is the one that the BMC has already").hasMessageNotContaining(OLD);
        assertThat(happened).isZero();
    }
}
