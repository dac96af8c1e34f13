package io.bessemer.host.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.host.protocol.HostOrders.Network;
import io.bessemer.host.protocol.HostOrders.StoragePool;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// With libvirt's own test driver: the real library, a host in its memory.
@Tag("root") // installs libvirt's programs where they are missing
class LibvirtTest {
    private static final String XML = "<domain type='test'><name>g1</name><uuid>6f1c7b1e-0000-4000-8000-00000000000a</uuid><memory unit='MiB'>256</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>";

    private static final UUID G1 = UUID.fromString("6f1c7b1e-0000-4000-8000-00000000000a");

    private volatile CountDownLatch heard = new CountDownLatch(1);
    private Connection connection;
    private Guests guests;

    @BeforeAll
    static void install() {
        DebianPackages.require(List.of("virsh"), Progress.SILENT);
    }

    @BeforeEach
    void connect() throws LibvirtException {
        connection = Connection.open("test:///default", () -> heard.countDown());
        guests = new Guests(connection);
    }

    @AfterEach
    void close() throws LibvirtException {
        guests.remove("g1"); // the driver's host lives as long as the process
        connection.close();
    }

    @Test
    void a_connection_tells_of_its_host() throws LibvirtException {
        assertThat(connection.alive()).isTrue();
        assertThat(connection.libraryVersion()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
        assertThat(connection.domainTypes()).containsExactly("test");
        // libvirt/src/test/test_driver.c: defaultNodeInfo
        assertThat(connection.node()).isEqualTo(new Connection.Node(3072, 16, 2, 4));
        assertThat(connection.guests()).singleElement().satisfies(guest -> {
            assertThat(guest.name()).isEqualTo("test");
            assertThat(guest.state()).isEqualTo("running");
            assertThat(guest.vcpus()).isEqualTo(2);
            assertThat(guest.memoryMib()).isEqualTo(8192);
        });
    }

    @Test
    void the_domain_in_which_xen_runs_us_is_no_guest() throws LibvirtException {
        guests.define(XML.replace("6f1c7b1e-0000-4000-8000-00000000000a", "00000000-0000-0000-0000-000000000000"));
        guests.start("g1");
        assertThat(connection.guests()).extracting(Connection.Guest::name).containsExactly("test");
        assertThat(connection.domain0MemoryMib()).isEqualTo(256);
        guests.remove("g1");
        assertThat(connection.domain0MemoryMib()).isZero();
    }

    @Test
    void everything_may_be_asked_for_twice() throws LibvirtException {
        for (int i = 0; i < 2; i++) {
            guests.define(XML);
            assertThat(state("g1")).isEqualTo("shut off");
        }
        for (int i = 0; i < 2; i++) {
            guests.start("g1");
            assertThat(state("g1")).isEqualTo("running");
        }
        for (int i = 0; i < 2; i++) {
            guests.stop("g1");
            assertThat(state("g1")).isEqualTo("shut off");
        }
        guests.start("g1");
        guests.shutDown("g1");
        guests.shutDown("g1");
        assertThat(state("g1")).isEqualTo("shut off");
        for (int i = 0; i < 2; i++) {
            guests.remove("g1");
            assertThat(state("g1")).isEqualTo("absent");
        }
        new Migration(connection, G1).run("test:///default", "127.0.0.1"); // has gone already
    }

    @Test
    void a_guest_that_cannot_be_moved_is_here_as_before_and_the_reason_is_told() throws LibvirtException {
        guests.define(XML);
        guests.start("g1");
        var migration = new Migration(connection, G1);
        assertThatThrownBy(() -> migration.run("test:///default", "127.0.0.1")).hasMessage("migrating g1: guests of test:///default cannot be moved while they run");
        assertThat(migration.job()).isEmpty();
        assertThat(state("g1")).isEqualTo("running");
    }

    @Test
    void disks_that_no_other_host_sees_are_copied_and_no_others() {
        assertThat(Migration.localDisks("""
                <domain><devices>
                    <disk type='file' device='disk'>
                      <source file='/var/lib/libvirt/images/a.qcow2' index='2'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <disk type='file' device='cdrom'>
                      <target dev='sda' bus='sata'/>
                      <readonly/>
                    </disk>
                    <disk type='network' device='disk'>
                      <source protocol='rbd' name='pool/image'/>
                      <target dev='vdb' bus='virtio'/>
                    </disk>
                    <disk type='file' device='disk'>
                      <source file='/seed.iso'/>
                      <target dev='vdc' bus='virtio'/>
                      <readonly/>
                    </disk>
                    <disk type='block' device='disk'>
                      <source dev='/dev/vg/shared'/>
                      <target dev='vdd' bus='virtio'/>
                      <shareable/>
                    </disk>
                    <disk type='block' device='disk'>
                      <source dev='/dev/vg/own'/>
                      <target dev='vde' bus='virtio'/>
                    </disk>
                </devices></domain>
                """)).containsExactly("vda", "vde");
    }

    @Test
    void starting_what_is_not_there_says_so() {
        assertThatThrownBy(() -> guests.start("nobody")).isInstanceOf(LibvirtException.class).hasMessage("starting nobody: there is no such guest");
    }

    @Test
    void bad_xml_is_told_in_the_words_of_libvirt() {
        assertThatThrownBy(() -> guests.define("<domain/>")).hasMessageContaining("virDomainDefineXMLFlags: ").hasMessageContaining("name");
    }

    @Test
    void a_change_is_heard() throws Exception {
        guests.define(XML);
        heard = new CountDownLatch(1);
        guests.start("g1");
        assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void networks_and_pools_are_as_ordered_and_replaced_when_the_order_changes() throws LibvirtException {
        var layout = new Layout(connection);
        var nat = new Network("default", "virbr0", null, "192.168.122.0/24"); // the driver has another one of this name
        var pool = new StoragePool("p1", "/var/lib/libvirt/images");
        for (int i = 0; i < 2; i++) {
            layout.ensure(nat);
            layout.ensure(pool);
            assertThat(layout.networkActive("default")).isTrue();
            assertThat(layout.storagePoolActive("p1")).isTrue();
        }
        var first = connection.id(Connection.Family.NETWORK, "default");
        layout.ensure(new Network("default", "virbr1", null, "10.9.0.0/16"));
        assertThat(connection.id(Connection.Family.NETWORK, "default")).isPresent().isNotEqualTo(first);
        assertThat(layout.networkActive("default")).isTrue();
        layout.ensure(new Network("lan", "br0", "eth0", null));
        assertThat(layout.networkActive("lan")).isTrue();
        assertThat(layout.networkActive("other")).isFalse();
    }

    @Test
    void a_subnet_knows_its_addresses() {
        Subnet subnet = Subnet.parse("192.168.122.7/24");
        assertThat(subnet.address(1)).isEqualTo("192.168.122.1");
        assertThat(subnet.last()).isEqualTo("192.168.122.254");
        assertThat(Subnet.parse("10.1.2.3/30").last()).isEqualTo("10.1.2.2");
        assertThatThrownBy(() -> Subnet.parse("10.0.0.0/31")).hasMessageContaining("8 to 30");
    }

    @Test
    void nobody_there_is_an_exception_with_the_address() {
        assertThatThrownBy(() -> Connection.open("qemu+unix:///system?socket=/nowhere", () -> {})).hasMessageContaining("connecting to qemu+unix:").hasMessageContaining("/nowhere");
    }

    private String state(String name) throws LibvirtException {
        return connection.guests().stream().filter(guest -> guest.name().equals(name)).map(Connection.Guest::state).findFirst().orElse("absent");
    }
}
