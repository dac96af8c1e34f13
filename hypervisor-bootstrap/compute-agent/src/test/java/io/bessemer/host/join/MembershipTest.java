package io.bessemer.host.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.program.Command;
import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private static final UUID NODE = UUID.fromString("6f1c7b1e-0000-4000-8000-000000000001");

    @TempDir
    Path root;

    @Test
    void openssl_reads_and_verifies_a_request() throws Exception {
        Path file = Files.writeString(root.resolve("csr.pem"), Keys.request(Keys.generate(), NODE));
        assertThat(Command.of("openssl", "req", "-verify", "-noout", "-subject", "-in", file.toString()).run()).contains("CN = " + NODE);
    }

    @Test
    void keys_survive_their_text_and_openssl_reads_both_halves() throws Exception {
        for (int i = 0; i < 300; i++) { // some secrets are shorter than others
            KeyPair pair = Keys.generate();
            KeyPair read = Keys.pair(Keys.pem(pair));
            assertThat(read.getPublic()).isEqualTo(pair.getPublic());
            assertThat(((ECPrivateKey) read.getPrivate()).getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
        }
        KeyPair pair = Keys.generate();
        Path file = Files.writeString(root.resolve("key.pem"), Keys.pem(pair));
        assertThat(Command.of("openssl", "pkey", "-in", file.toString(), "-check", "-pubout").run())
                .contains("Key is valid").contains(Keys.pem("PUBLIC KEY", pair.getPublic().getEncoded()).strip());
        // openssl would do without the public half, libvirt's GnuTLS would not
        assertThat(Command.of("openssl", "asn1parse", "-in", file.toString(), "-strparse", "27").run()).contains("BIT STRING");
    }

    @Test
    void a_join_whose_answer_was_lost_is_repeated_with_the_same_key() throws Exception {
        Identity first = membership().recall(Optional.of(ticket("one"))).orElseThrow();
        assertThat(first.joined()).isFalse();
        assertThat(membership().recall(Optional.of(ticket("one")))).contains(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(IdentityFile.NAME.substring(1))))).isEqualTo("rw-------");
    }

    @Test
    void a_fresh_ticket_means_a_fresh_identity_and_a_spent_one_does_not() throws Exception {
        var file = new IdentityFile(new HostFiles(root));
        Identity first = membership().recall(Optional.of(ticket("one"))).orElseThrow();
        file.spend(first.ticketHash());
        Identity second = membership().recall(Optional.of(ticket("two"))).orElseThrow();
        assertThat(second).isNotEqualTo(first);
        assertThat(membership().recall(Optional.of(ticket("one")))).as("its config drive is still in the host").contains(second);
        assertThat(membership().recall(Optional.empty())).contains(second);
    }

    @Test
    void a_host_without_ticket_and_identity_is_nobody() throws Exception {
        assertThat(membership().recall(Optional.empty())).isEmpty();
    }

    @Test
    void a_damaged_identity_says_what_to_do() throws Exception {
        Path file = root.resolve(IdentityFile.NAME.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"url\":");
        assertThatThrownBy(() -> membership().recall(Optional.empty())).isInstanceOf(IOException.class).hasMessageContaining("Remove it and give the host a fresh ticket");
    }

    @Test
    void a_renewal_is_due_after_two_thirds_of_a_life() throws Exception {
        var authority = new LoopbackAuthority(); // an hour, begun a minute ago
        var identity = new Identity("https://h", NODE, authority.certificate(), "ab".repeat(32), "", authority.certificate());
        var begin = identity.x509().getNotBefore().toInstant();
        assertThat(identity.renewal()).isEqualTo(begin.plusSeconds(61 * 60 * 2 / 3));
        assertThat(Membership.due(identity, begin.plusSeconds(2000))).isFalse();
        assertThat(Membership.due(identity, begin.plusSeconds(3000))).isTrue();
    }

    @Test
    void a_ticket_in_a_file_is_read_and_a_wrong_one_says_what_is_wrong() throws Exception {
        var source = new TicketSource(new HostFiles(root));
        Files.createDirectories(root.resolve("etc/bessemer"));
        Path file = root.resolve("etc/bessemer/join.json");
        Files.write(file, io.bessemer.host.server.Json.bytes(ticket("one").toMap()));
        assertThat(source.find()).contains(ticket("one"));
        Files.writeString(file, "{\"url\": \"http://h\"}");
        assertThatThrownBy(source::find).hasMessage("/etc/bessemer/join.json: url must be https://HOST:PORT, but is 'http://h'. Deploy the host again, or give it a fresh ticket.");
    }

    private Membership membership() {
        return new Membership(new IdentityFile(new HostFiles(root)), "0.1.0", "h1");
    }

    private static JoinTicket ticket(String token) {
        return new JoinTicket("https://10.0.0.1:6387", NODE, token, "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n", "az1", "az1-kvm");
    }
}
