package io.bessemer.conductor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HypervisorKind;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainXmlTest {
    private static final UUID ID = UUID.fromString("6f1c7b1e-0000-4000-8000-00000000000a");

    @Test
    void name_and_uuid_are_put_in_where_they_are_missing() {
        DomainXml domain = DomainXml.of("<domain type='kvm'><memory>1</memory></domain>", "g1", null, HypervisorKind.KVM);
        assertThat(domain.text()).isEqualTo("<domain type=\"kvm\"><name>g1</name><uuid>%s</uuid><memory>1</memory></domain>".formatted(domain.uuid()));
        assertThat(DomainXml.of(domain.text(), null, null, HypervisorKind.KVM)).isEqualTo(domain);
        assertThat(DomainXml.of(domain.text(), "g1", domain.uuid(), HypervisorKind.KVM)).isEqualTo(domain);
        DomainXml plain = DomainXml.of("<domain type='lxc'><name>c</name><uuid>6F1C7B1E00004000800000000000000A</uuid></domain>", null, null, HypervisorKind.LXC);
        assertThat(plain.uuid()).isEqualTo(ID);
    }

    @Test
    void what_libvirt_alone_understands_is_handed_on() {
        String xml = "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' type='qemu'><name>g</name><!-- a remark -->"
                + "<metadata><x:a xmlns:x='urn:x' b='1 &amp; 2'/></metadata><qemu:commandline><qemu:arg value='-s'/></qemu:commandline></domain>";
        assertThat(DomainXml.of(xml, null, ID, HypervisorKind.KVM).text()).contains("<!-- a remark -->", "b=\"1 &amp; 2\"", "<qemu:arg value=\"-s\"/>",
                "xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            <domain                                                            | xml: is not XML that is taken here: line 1
            <network><name>g</name></network>                                  | xml: is a <network>, not libvirt's <domain>
            <domain><name>g</name></domain>                                    | xml: <domain type=''> does not run on a host of kind kvm. Allowed: kvm, qemu.
            <domain type='xen'><name>g</name></domain>                         | xml: <domain type='xen'> does not run on a host of kind kvm
            <domain type='kvm'/>                                               | name is missing. Send it in the request body, or as <name> in the xml.
            <domain type='kvm'><name>../g</name></domain>                      | name: '../g' is not a name of 1 to 63
            <domain type='kvm'><name>g</name><name>h</name></domain>           | xml: has two <name>.
            <domain type='kvm'><name>g</name><uuid>17</uuid></domain>          | xml: <uuid> is '17', which is no UUID.
            """)
    void what_cannot_be_a_guest_is_refused_by_its_field(String xml, String complaint) {
        assertThatThrownBy(() -> DomainXml.of(xml, null, null, HypervisorKind.KVM)).isInstanceOf(Failure.class).hasMessageStartingWith(complaint);
    }

    @Test
    void name_and_uuid_of_the_request_must_be_those_of_the_xml() {
        String xml = "<domain type='kvm'><name>g</name><uuid>%s</uuid></domain>".formatted(ID);
        assertThatThrownBy(() -> DomainXml.of(xml, "h", null, HypervisorKind.KVM)).hasMessage("name: is 'h', but the xml says <name>g</name>. Leave one of them out.");
        assertThatThrownBy(() -> DomainXml.of(xml, null, new UUID(0, 1), HypervisorKind.KVM)).hasMessageStartingWith("uuid: is 00000000-0000-0000-0000-000000000001, but the xml says");
    }

    @Test
    void nothing_is_fetched_or_expanded() {
        String external = "<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><domain type='kvm'><name>&e;</name></domain>";
        assertThatThrownBy(() -> DomainXml.of(external, null, null, HypervisorKind.KVM)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("DOCTYPE is disallowed");
        String bomb = "<!DOCTYPE d [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;'>]><domain type='kvm'><name>&b;</name></domain>";
        assertThatThrownBy(() -> DomainXml.of(bomb, null, null, HypervisorKind.KVM)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("DOCTYPE is disallowed");
        String deep = "<domain type='kvm'>" + "<a>".repeat(8000) + "</a>".repeat(8000) + "</domain>";
        assertThatThrownBy(() -> DomainXml.of(deep, "g", null, HypervisorKind.KVM)).isInstanceOf(Failure.Invalid.class);
    }

    @Test
    void it_is_limited_and_its_text_is_not_shown() {
        String large = "<domain type='kvm'><name>g</name><title>%s</title></domain>".formatted("x".repeat(DomainXml.MOST_BYTES));
        assertThatThrownBy(() -> DomainXml.of(large, null, null, HypervisorKind.KVM)).hasMessageStartingWith("xml: has ").hasMessageEndingWith("at most 65536 are allowed.");
        assertThat(DomainXml.of("<domain type='kvm'><name>g</name><graphics passwd='hush'/></domain>", null, null, HypervisorKind.KVM).toString()).doesNotContain("hush");
    }
}
