package io.bessemer.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.SolOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `validate` of a node: the key, what was found, what is allowed.
class IpmiDriverInfoTest {
    @Test
    void an_address_alone_is_enough_and_gets_the_defaults() throws Exception {
        IpmiDriverInfo info = IpmiDriverInfo.of(new DriverNode(TestNodes.ID, "n", Map.of("ipmi_address", "bmc.example.org"), Map.of(), null, false));
        assertThat(info).isEqualTo(new IpmiDriverInfo("bmc.example.org", 623,
                new BmcAccess("", "", "", Privilege.ADMINISTRATOR, List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3)), Optional.empty(), true, false, Bridge.NONE, 0, SolOptions.NONE));
    }

    @Test
    void a_missing_address_is_named_with_the_command_that_sets_it() {
        assertThatThrownBy(() -> validate("ipmi_address", null))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("driver_info/ipmi_address is missing")
                .hasMessageContaining("baremetal node set " + TestNodes.ID + " --driver-info ipmi_address=ADDRESS");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ipmi_address          | http://bmc/        | is 'http://bmc/'; allowed is a host name or an IP address
            ipmi_port             | 0                  | is '0'; allowed is a whole number from 1 to 65535
            ipmi_port             | 70000              | is '70000'; allowed is a whole number from 1 to 65535
            ipmi_port             | abc                | is 'abc'; allowed is a whole number
            ipmi_sol_enable       | perhaps            | is 'perhaps'; allowed are true and false
            ipmi_sol_bit_rate     | 115.2              | is '115.2'; allowed are 9600, 19200, 38400, 57600 and 115200
            ipmi_terminal_port    | 70000              | is '70000'; allowed is a whole number from 1 to 65535
            ipmi_username         | seventeen-letters  | has 17 bytes; IPMI 2.0 allows at most 16
            ipmi_password         | 123456789012345678901 | has 21 bytes; IPMI 2.0 allows at most 20
            ipmi_priv_level       | ROOT               | is 'ROOT'; allowed are ADMINISTRATOR, OPERATOR, USER and CALLBACK
            ipmi_hex_kg_key       | 1234               | it must be 40 hexadecimal digits
            ipmi_cipher_suite     | 12                 | is '12'; allowed are 17 and 3, and 0, which turns off all protection
            ipmi_protocol_version | 1.5                | enable IPMI 2.0
            ipmi_protocol_version | 3                  | allowed is 2.0
            ipmi_bridging         | triple             | allowed are no, single and dual
            ipmi_disable_boot_timeout | perhaps        | is 'perhaps'; allowed are true and false
            """)
    void a_wrong_value_is_told_with_what_is_allowed(String key, String value, String message) {
        assertThatThrownBy(() -> validate(key, value))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageStartingWith("driver_info/" + key).hasMessageContaining(message);
    }

    @Test
    void bridging_takes_the_addresses_as_ipmitool_does() throws Exception {
        assertThat(IpmiDriverInfo.of(TestNodes.node(623, "ipmi_bridging", "single", "ipmi_target_channel", 7, "ipmi_target_address", "0x82")).bridge())
                .isEqualTo(new Bridge(List.of(new Bridge.Hop(7, 0x82)), 0x20));
        assertThat(IpmiDriverInfo.of(TestNodes.node(623, "ipmi_bridging", "dual", "ipmi_target_channel", "0", "ipmi_target_address", "114", "ipmi_transit_channel", "0x0f",
                "ipmi_transit_address", "0xFE", "ipmi_local_address", "0x81")).bridge())
                .isEqualTo(new Bridge(List.of(new Bridge.Hop(15, 0xfe), new Bridge.Hop(0, 114)), 0x81));
        assertThat(IpmiDriverInfo.of(TestNodes.node(623, "ipmi_target_channel", 7, "ipmi_target_address", "0x82")).bridge()).as("ipmi_bridging is no").isEqualTo(Bridge.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            single | ipmi_target_channel  |      | is missing; ipmi_bridging 'single' needs it
            single | ipmi_target_address  |      | is missing; ipmi_bridging 'single' needs it
            dual   | ipmi_transit_channel |      | is missing; ipmi_bridging 'dual' needs it
            dual   | ipmi_transit_address |      | is missing; ipmi_bridging 'dual' needs it
            single | ipmi_target_channel  | 16   | is '16'; allowed is a number from 0 to 0x0f
            single | ipmi_target_address  | 0x83 | is '0x83'; allowed is an even number from 0 to 0xfe
            dual   | ipmi_transit_address | x    | is 'x'; allowed is an even number
            """)
    void a_way_that_is_not_complete_or_impossible_is_told(String bridging, String key, String value, String message) {
        Map<String, Object> info = new java.util.HashMap<>(Map.of("ipmi_address", "127.0.0.1", "ipmi_bridging", bridging, "ipmi_target_channel", "0",
                "ipmi_target_address", "0x82", "ipmi_transit_channel", "7", "ipmi_transit_address", "0x72"));
        if (value == null) {
            info.remove(key);
        } else {
            info.put(key, value);
        }
        assertThatThrownBy(() -> IpmiDriverInfo.of(new DriverNode(TestNodes.ID, "n", info, Map.of(), null, false)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageStartingWith("driver_info/" + key + " " + message);
    }

    @Test
    void secrets_are_in_no_message_and_no_toString() throws Exception {
        assertThatThrownBy(() -> validate("ipmi_password", "much-too-long-a-password"))
                .hasMessageNotContaining("much-too-long-a-password");
        String key = "ab".repeat(20);
        IpmiDriverInfo info = IpmiDriverInfo.of(TestNodes.node(623, "ipmi_password", "s3cret!", "ipmi_hex_kg_key", key));
        assertThat(info.toString()).doesNotContain("s3cret!").doesNotContain(key);
    }

    @Test
    void every_key_that_is_understood_is_described() {
        try (IpmiHardwareType ipmi = new IpmiHardwareType()) {
            assertThat(ipmi.properties()).containsOnlyKeys("ipmi_address", "ipmi_port", "ipmi_username", "ipmi_password", "ipmi_password_pending", "ipmi_priv_level",
                    "ipmi_hex_kg_key", "ipmi_cipher_suite", "ipmi_disable_boot_timeout", "ipmi_force_boot_device", "ipmi_protocol_version", "ipmi_quirks",
                    "ipmi_bridging", "ipmi_target_channel", "ipmi_target_address", "ipmi_transit_channel", "ipmi_transit_address", "ipmi_local_address",
                    "ipmi_terminal_port", "ipmi_sol_enable", "ipmi_sol_bit_rate");
            assertThat(ipmi.interfaces()).containsEntry("boot", List.of("ipxe", "pxe")).containsEntry("power", List.of("ipmitool"));
            assertThatCode(() -> ipmi.validate(TestNodes.node(623, "ipmi_port", "6230", "ipmi_cipher_suite", 17, "ipmi_disable_boot_timeout", "False")))
                    .doesNotThrowAnyException();
        }
    }

    private static void validate(String key, String value) throws DriverException {
        IpmiDriverInfo.of(TestNodes.node(623, key, value));
    }
}
