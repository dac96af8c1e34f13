package io.bessemer.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.host.check.HostChecks;
import io.bessemer.host.kind.Canary;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport.Check;
import io.bessemer.host.protocol.HostReport.CheckStatus;
import io.bessemer.host.protocol.HostReport.VerificationState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
    @TempDir
    Path root;

    /// The same run that the ahead-of-time cache is trained on: TLS, join, orders, checks, reports.
    @Test
    @Timeout(90)
    @Tag("root") // installs libvirt's programs where they are missing
    void it_joins_follows_its_orders_and_reports_its_checks() throws Exception {
        DebianPackages.require(List.of("virsh"), Progress.SILENT);
        Training.run(); // throws when no finished verification was reported
    }

    @Test
    void a_verification_is_run_once_and_its_outcome_survives() throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), "model name : x\nflags : fpu svm\n");
        var first = verifier();
        first.run(orders(1, "cpu", "no-such-check"), () -> orders(1, "cpu", "no-such-check"));
        assertThat(first.state().state()).isEqualTo(VerificationState.FAILED);
        assertThat(first.state().checks()).extracting(Check::status).containsExactly(CheckStatus.PASSED, CheckStatus.FAILED);
        assertThat(first.state().checks().getLast().detail()).contains("does not know the check 'no-such-check'");

        Files.writeString(root.resolve("proc/cpuinfo"), "flags : fpu\n");
        var restarted = verifier();
        assertThat(restarted.state()).isEqualTo(first.state());
        restarted.run(orders(1, "cpu"), () -> orders(1, "cpu"));
        assertThat(restarted.state()).as("not run again").isEqualTo(first.state());
        restarted.run(orders(2, "cpu"), () -> orders(2, "cpu"));
        assertThat(restarted.state().id()).isEqualTo(2);
        assertThat(restarted.state().checks()).singleElement().satisfies(check -> assertThat(check.detail()).startsWith("the CPU has neither vmx nor svm"));
    }

    @Test
    void a_verification_that_is_not_wanted_any_more_ends_without_an_outcome() throws Exception {
        var verifier = verifier();
        verifier.run(orders(1, "cpu"), () -> orders(2, "cpu"));
        assertThat(verifier.everFinished()).isFalse();
    }

    @Test
    void a_verification_that_a_kill_cut_short_is_run_again() throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), "flags : svm\n");
        var killed = verifier(() -> {
            throw new IllegalStateException("killed");
        });
        assertThatThrownBy(() -> killed.run(orders(1, "cpu"), () -> orders(1, "cpu"))).hasMessage("killed");
        assertThat(killed.state().state()).isEqualTo(VerificationState.RUNNING);

        var restarted = verifier();
        assertThat(restarted.state()).isNull();
        restarted.run(orders(1, "cpu"), () -> orders(1, "cpu"));
        assertThat(restarted.state().state()).isEqualTo(VerificationState.PASSED);
    }

    @Test
    void every_kind_is_found_and_its_canary_carries_the_word() {
        var canary = new Canary("c", Path.of("/k"), Path.of("/i"), Path.of("/r"), Path.of("/run/console"), "word-17");
        for (String name : List.of("kvm", "qemu", "lxc", "xen")) {
            Hypervisor kind = Hypervisor.find(name).orElseThrow();
            assertThat(kind.canaryXml(canary)).contains("<domain type='%s'>".formatted(name), "word-17");
            assertThat(kind.needsKvm()).isEqualTo(name.equals("kvm"));
            assertThat(kind.emulates()).isEqualTo(name.equals("qemu"));
        }
        assertThat(Hypervisor.find("vmware")).isEmpty();
    }

    @Test
    void an_agent_that_starts_anew_remembers_which_hypervisor_has_its_guests() throws Exception {
        var files = new HostFiles(root);
        var kind = new KindFile(files);
        assertThat(kind.recall()).isEmpty();
        assertThat(kind.become("lxc")).isTrue();
        assertThat(kind.become("lxc")).isFalse();
        assertThat(kind.become("vmware")).as("unknown: the checks tell it").isFalse();
        assertThat(new KindFile(files).recall()).map(Hypervisor::uri).contains("lxc:///system");
    }

    @Test
    void of_two_threads_that_are_told_a_hypervisor_at_once_one_remembers_it() throws Exception {
        for (int i = 0; i < 50; i++) {
            var kind = new KindFile(new HostFiles(root.resolve("host" + i)));
            try (var threads = Executors.newFixedThreadPool(2)) {
                List<Future<Boolean>> told = threads.invokeAll(List.of(() -> kind.become("lxc"), () -> kind.become("lxc")));
                assertThat(List.of(told.get(0).get(), told.get(1).get())).containsExactlyInAnyOrder(true, false);
            }
        }
    }

    @Test
    void a_file_is_replaced_as_a_whole_and_says_whether_it_changed() throws Exception {
        var files = new HostFiles(root);
        assertThat(files.change("/a/b", "one\n", "rw-------")).isTrue();
        assertThat(files.change("/a/b", "one\n", "rw-------")).isFalse();
        assertThat(files.change("/a/b", "two\n", "rw-r--r--")).isTrue();
        try (var list = Files.list(root.resolve("a"))) {
            assertThat(list).containsExactly(root.resolve("a/b"));
        }
    }

    private Verifier verifier() {
        return verifier(() -> {});
    }

    private Verifier verifier(Runnable changed) {
        var files = new HostFiles(root);
        return new Verifier(files, new HostChecks(files, Optional::empty, OptionalLong::empty, Optional::empty), changed);
    }

    private static HostOrders orders(long verification, String... checks) {
        return HostOrders.of(HostPhase.VERIFYING, "az1", "p", "kvm", new HostOrders.Verification(verification, List.of(checks), Duration.ofMinutes(1)), List.of(), List.of(),
                false, Duration.ofSeconds(10));
    }
}
