package io.bessemer.conductor.simulation;

import io.bessemer.conductor.pool.HostIdentity;
import io.bessemer.core.fault.Failure;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinAnswer;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The operating system of a machine that was imaged as a host, with its compute agent. Its disk outlives its power.
final class SimulatedHost {
    /// a few keys for all: making one takes longer than the rest of a life
    private static final List<String> REQUESTS = requests(6);
    private static final JsonMapper JSON = new JsonMapper();

    private final World world;
    private final Machine machine;
    /// by token, the key that got a certificate for it
    private final Map<String, Integer> spent = new HashMap<>();
    private Map<?, ?> ticket;
    private int key;
    private HostIdentity identity;
    private HostOrders orders;
    private HostReport.Verification verification;
    final SimulatedGuests guests;
    /// what is broken on this machine, until it is repaired
    boolean broken;

    SimulatedHost(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.guests = new SimulatedGuests(world, machine);
    }

    /// Each machine has its own, as hosts reach each other by it.
    static String address(Machine machine) {
        return "192.0.2." + (100 + (machine.node.value().getLeastSignificantBits() & 0x3f));
    }

    boolean joined() {
        return identity != null;
    }

    void wipe() {
        ticket = null;
        identity = null;
        orders = null;
        verification = null;
        guests.wipe();
    }

    void configDrive(byte[] metaData) {
        Map<String, Object> data = JSON.readValue(metaData, new TypeReference<>() {});
        ticket = (Map<?, ?>) ((Map<?, ?>) data.get("bessemer")).get("join");
        key = world.random.nextInt(REQUESTS.size());
    }

    void boot() {
        if (ticket == null || world.chance(world.faults.bootHangs() * 2)) {
            world.tell("host stays silent");
            return;
        }
        guests.boot();
        machine.after(world.between(5_000, 40_000), identity == null ? this::join : this::report);
    }

    private void join() {
        String token = String.valueOf(ticket.get("token"));
        if (world.chance(world.faults.replyLost()) && spent.containsKey(token)) {
            mustBeRefused(token);
        }
        try {
            Optional<JoinAnswer> answer = world.call(conductor -> conductor.hostService().join(machine.node, token, REQUESTS.get(key), "1", "h1", address(machine)));
            answer.ifPresent(_ -> onlyOneKey(token));
            if (answer.isEmpty() || world.chance(world.faults.replyLost() * 5)) {
                machine.after(world.between(1_000, 5_000), this::join);
                return;
            }
            identity = HostIdentity.of(read(answer.get().certificate())).orElseThrow();
            orders = answer.get().orders();
            world.tell("host joins as " + identity);
            machine.after(Duration.ofSeconds(1), this::report);
        } catch (Failure refused) {
            world.tell("join refused: " + refused.getMessage());
            machine.after(Duration.ofSeconds(60), this::join);
        }
    }

    private void onlyOneKey(String token) {
        Integer other = spent.putIfAbsent(token, key);
        if (other != null && other != key) {
            throw new AssertionError("join token of %s was taken from two keys".formatted(machine.node));
        }
    }

    /// Somebody read the config drive, and comes with a key of his own.
    private void mustBeRefused(String token) {
        String other = REQUESTS.get((key + 1) % REQUESTS.size());
        Optional<Boolean> refused = world.call(conductor -> {
            try {
                conductor.hostService().join(machine.node, token, other, "1", "thief", "192.0.2.66");
                return false;
            } catch (Failure.Unauthorized e) {
                return true;
            }
        });
        if (refused.filter(yes -> !yes).isPresent()) {
            throw new AssertionError("a spent join token of %s was taken again, from another key".formatted(machine.node));
        }
    }

    private void report() {
        if (world.chance(world.faults.agentDies() / 30)) {
            world.tell("host freezes");
            return;
        }
        if (world.chance(world.faults.agentDies() / 30)) {
            machine.powerFails();
            return;
        }
        live();
        HostReport report = guests.report(new HostReport("1", "h1", world.now(), orders == null ? "" : orders.id(), new HostReport.FirstBoot(HostReport.FirstBootStatus.DONE, List.of()),
                Map.of("os", "Debian", "uri", "qemu:///system"), HostReport.Capacity.NONE, verification, List.of()));
        try {
            world.call(conductor -> conductor.hostService().report(identity, report, address(machine), Duration.ZERO)).ifPresent(answer -> {
                if (!world.chance(world.faults.replyLost())) {
                    orders = answer;
                }
            });
        } catch (Failure refused) {
            world.tell("report refused: " + refused.getMessage());
        }
        machine.after(world.between(5_000, 10_000), this::report);
    }

    /// What happens on a host between two reports.
    private void live() {
        if (orders == null) {
            return;
        }
        if (orders.phase() == HostPhase.VERIFYING && (verification == null || verification.id() != orders.verification().id())) {
            boolean fails = broken || world.chance(world.faults.commandFails());
            verification = new HostReport.Verification(orders.verification().id(), fails ? HostReport.VerificationState.FAILED : HostReport.VerificationState.PASSED,
                    orders.verification().checks().stream().map(check -> new HostReport.Check(check, fails ? HostReport.CheckStatus.FAILED : HostReport.CheckStatus.PASSED,
                            fails ? "no svm" : "", 1)).toList());
        }
        guests.live(orders);
    }

    private static X509Certificate read(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> requests(int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(request());
        }
        return all;
    }

    static String request() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=h1"), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(request);
            }
            return text.toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
