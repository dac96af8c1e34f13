package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.lab.simulated.SimulatedRack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators do with zones, profiles, pools and their members, against a real server.
class PoolCommandsTest {
    @TempDir
    static Path directory;
    private static ServerSite site;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        site = new ServerSite(directory, 1);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void a_pool_whose_first_host_fails_is_watched_mended_and_taken_apart() throws Exception {
        assertThat(run("zone", "create", "az1", "--description", "left")).as(complained()).isZero();
        assertThat(run("apply", "-f", rack().toString(), "--yes", "--wait", "120")).as(complained()).isZero();
        assertThat(run("pool", "create", "p1", "--zone", "az1", "--profile", "kvm", "--rack", "r1", "--size", "2")).as(complained()).isZero();
        assertThat(printed()).isEqualTo("p1 is made and shall have 2 hosts. Watch: ./bessemer pool watch p1\n");

        // its image is none, so the first host fails, and the pool with it
        assertThat(run("pool", "watch", "p1", "--wait", "120")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("p1 is halted: the first host of profile kvm", "When the cause is cured: ./bessemer pool resume p1");
        assertThat(printed()).contains("p1: 0 of 2 hosts enabled; 1 quarantined");
        assertThat(run("pool", "show", "p1")).isZero();
        assertThat(printed()).contains("Halted: the first host of profile kvm", "1 quarantined", "sim   quarantined");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("pool", "list")).isZero();
        assertThat(printed()).contains("0 of 2", "p1: halted: the first host");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("hypervisor", "show", "sim")).isZero();
        assertThat(printed()).startsWith("sim is 'quarantined' for ").contains("Timeline of its node (last 8 of ", "p1 in zone az1");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("hypervisor", "watch", "sim")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("sim is in quarantine: ");
        assertThat(run("hypervisor", "watch", "sim", "--until", "quarantined", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed().lines().toList().getLast()).path("state").asString("")).isEqualTo("quarantined");
        assertThat(run("hypervisor", "watch", "sim", "--until", "dead")).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("--until is 'dead'; allowed are deploying, ");

        what_is_in_use_is_not_deleted();

        assertThat(run("pool", "scale", "p1", "0")).isZero();
        assertThat(run("hypervisor", "remove", "sim", "--wait", "120")).as(complained()).isZero();
        assertThat(printed()).contains("--- gone");
        assertThat(run("pool", "resume", "p1", "--wait", "60")).as(complained()).isZero();
        assertThat(run("pool", "show", "p1")).isZero();
        assertThat(printed()).contains("It is as it shall be.", "No members, and none are wanted");
        assertThat(run("pool", "delete", "p1")).isEqualTo(ExitCode.USAGE);
        assertThat(complained()).contains("Delete host pool p1? Nobody can be asked here: give --yes");
        assertThat(run("pool", "delete", "p1", "--yes")).as(complained()).isZero();
        assertThat(printed()).isEqualTo("p1 is deleted.\n");
        assertThat(run("profile", "delete", "kvm", "-y", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).path("deleted").asString("")).isEqualTo("kvm");
        assertThat(run("zone", "delete", "az1", "-y")).isZero();
        assertThat(run("zone", "delete", "az1", "-y")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).endsWith("bessemer: Availability zone az1 could not be found.\n");
    }

    private void what_is_in_use_is_not_deleted() {
        assertThat(run("pool", "delete", "p1", "-y")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("p1 shall have 2 hosts", "./bessemer pool scale p1 0 --wait 3600");
        assertThat(run("profile", "delete", "kvm", "-y")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("used by the pools p1");
        assertThat(run("zone", "delete", "az1", "-y")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("has the pools p1");
        assertThat(run("zone", "show", "az1")).isZero();
        assertThat(printed()).contains("left", "p1    kvm");
        assertThat(run("profile", "show", "kvm")).isZero();
        assertThat(printed()).contains("name default; bridge virbr0; cidr 10.9.0.0/24", "drain 3600 s", "Pools          p1");
        assertThat(printed().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_certificate_is_written_with_a_key_that_only_its_owner_reads() throws Exception {
        Path pki = directory.resolve("pki/of/ops");
        assertThat(run("certificate", "create", "ops", "--dir", pki.toString())).as(complained()).isZero();
        assertThat(printed()).contains("virsh -c 'qemu+tls://HOST/system?pkipath=%s' list".formatted(pki));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki.resolve("clientkey.pem")))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki))).isEqualTo("rwx------");
        assertThat(openssl("verify", "-CAfile", pki.resolve("cacert.pem").toString(), pki.resolve("clientcert.pem").toString())).contains("OK");
        String key = openssl("pkey", "-in", pki.resolve("clientkey.pem").toString(), "-pubout");
        assertThat(key).startsWith("-----BEGIN PUBLIC KEY-----").isEqualTo(openssl("x509", "-in", pki.resolve("clientcert.pem").toString(), "-noout", "-pubkey"));

        String before = Files.readString(pki.resolve("clientcert.pem"));
        assertThat(run("certificate", "create", "ops", "--dir", pki.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("has cacert.pem, clientcert.pem, clientkey.pem already. Give --force");
        assertThat(Files.readString(pki.resolve("clientcert.pem"))).isEqualTo(before);
        assertThat(run("certificate", "create", "ops", "--dir", pki.toString(), "--force", "-o", "json")).isZero();
        assertThat(BessemerClient.json(printed()).path("files")).hasSize(3);
        assertThat(printed()).doesNotContain("PRIVATE KEY");
        assertThat(Files.readString(pki.resolve("clientcert.pem"))).isNotEqualTo(before);
        try (var files = Files.list(pki)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void a_request_is_signed_and_its_key_stays_where_it_was_made() throws Exception {
        Path key = directory.resolve("own.key");
        Path csr = directory.resolve("own.csr");
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key.toString(), "-out", csr.toString(), "-subj", "/CN=me");
        Path pki = directory.resolve("signed");
        assertThat(run("certificate", "create", "me", "--dir", pki.toString(), "--csr", csr.toString())).as(complained()).isZero();
        assertThat(printed()).contains("Put its key there as clientkey.pem");
        assertThat(pki.resolve("clientkey.pem")).doesNotExist();
        assertThat(openssl("x509", "-in", pki.resolve("clientcert.pem").toString(), "-noout", "-pubkey")).isEqualTo(openssl("pkey", "-in", key.toString(), "-pubout"));
        assertThat(run("certificate", "create", "me", "--dir", pki.resolve("2").toString(), "--csr", "no.csr")).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("--csr is 'no.csr', which cannot be read");
    }

    private static String openssl(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("openssl"));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static Path rack() throws Exception {
        var spec = site.rack.machines().getFirst().spec();
        return Files.writeString(directory.resolve("rack.yaml"), """
                host_profiles:
                  - name: kvm
                    image: no-such-image
                    networks:
                      - {name: default, bridge: virbr0, cidr: 10.9.0.0/24}
                nodes:
                  - name: sim
                    driver: ipmi
                    driver_info: {ipmi_address: %s, ipmi_port: %d, ipmi_username: %s, ipmi_password: %s}
                    properties: {capabilities: "boot_mode:%s"}
                    extra: {rack: r1}
                    ports: ["%s"]
                    state: available
                """.formatted(spec.bmcAddress(), spec.bmcPort(), SimulatedRack.BMC_USER, SimulatedRack.BMC_PASSWORD, spec.uefi() ? "uefi" : "bios", spec.mac()));
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", site.api));
        var terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 80);
        return Main.commandLine(terminal).execute(all.toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
