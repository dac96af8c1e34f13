package io.bessemer.redfish;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.program.Command;
import io.bessemer.redfish.client.BmcAccess;
import io.bessemer.redfish.client.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedfishDriverInfoTest {
    private static RedfishDriverInfo read(Object... info) throws DriverException {
        return RedfishDriverInfo.of(node(info));
    }

    private static DriverNode node(Object... info) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < info.length; i += 2) {
            map.put(info[i].toString(), info[i + 1]);
        }
        return new DriverNode(StubbedBmc.ID, "rack1-17", map, Map.of(), null, false);
    }

    @ParameterizedTest
    @CsvSource({"bmc.example.com,https://bmc.example.com,/redfish/v1", "https://10.0.0.7:8443/,https://10.0.0.7:8443,/redfish/v1", "http://10.0.0.7:8000,http://10.0.0.7:8000,/redfish/v1",
            "fd00::7,https://[fd00::7],/redfish/v1", "HTTPS://bmc/redfish/v1/,https://bmc,/redfish/v1", "https://gateway/node7/redfish/v1,https://gateway,/node7/redfish/v1"})
    void an_address_is_read_as_ironic_reads_it(String written, String origin, String root) throws Exception {
        BmcAccess access = read("redfish_address", written).access();
        assertThat(access.origin()).hasToString(origin);
        assertThat(access.root()).isEqualTo(root);
        assertThat(access.trust()).isEqualTo(new Trust.Jdk());
        assertThat(access.authentication()).isEqualTo(BmcAccess.Authentication.AUTO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "redfish_address||redfish_address is missing",
            "redfish_address|ftp://bmc|redfish_address is 'ftp://bmc'; allowed is a URL",
            "redfish_address|https://root:calvin@bmc|'https://******@bmc'; allowed is a URL",
            "redfish_address|https://bmc?x=1|allowed is a URL",
            "redfish_address|https://a b|allowed is a URL",
            "redfish_system_id|1|redfish_system_id is '1'; allowed is a path such as /redfish/v1/Systems/1",
            "redfish_system_id|/redfish/../x|allowed is a path",
            "redfish_auth_type|digest|redfish_auth_type is 'digest'; allowed are auto, basic and session",
            "redfish_verify_ca|/absent/ca.pem|redfish_verify_ca is '/absent/ca.pem'; allowed are true, false",
            "redfish_password|secret|redfish_password is set, and redfish_username is not",
            "redfish_username|a:b|no colon"})
    void a_fault_names_the_key_what_was_found_and_what_is_allowed(String key, String value, String message) {
        Map<String, Object> info = new LinkedHashMap<>(Map.of("redfish_address", "https://bmc"));
        info.put(key, value == null ? "" : value);
        assertThatThrownBy(() -> RedfishDriverInfo.of(new DriverNode(StubbedBmc.ID, "n", info, Map.of(), null, false)))
                .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("driver_info/" + key).hasMessageContaining(message).hasMessageNotContaining("calvin").hasMessageNotContaining("'secret'");
    }

    @Test
    void properties_are_the_keys_that_are_read_and_the_password_is_a_secret_in_all_that_is_shown() throws Exception {
        try (RedfishHardwareType driver = new RedfishHardwareType()) {
            assertThat(driver.properties()).containsOnlyKeys("redfish_address", "redfish_system_id", "redfish_username", "redfish_password", "redfish_verify_ca", "redfish_auth_type");
            driver.validate(node("redfish_address", "https://bmc", "redfish_username", "root", "redfish_password", "calvin"));
        }
        assertThat(Secrets.isSecret("redfish_password")).isTrue();
        assertThat(read("redfish_address", "https://bmc", "redfish_username", "root", "redfish_password", "calvin").toString()).doesNotContain("calvin");
    }

    @Test
    void a_certificate_is_verified_unless_it_is_turned_off_and_against_a_file_where_one_is_named(@TempDir Path folder) throws Exception {
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Path keys = folder.resolve("keys.p12");
        Path pem = folder.resolve("bmc.pem");
        Command.of(keytool, "-genkeypair", "-alias", "bmc", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-keystore", keys.toString(),
                "-storepass", "password").run();
        Files.writeString(pem, Command.of(keytool, "-exportcert", "-rfc", "-alias", "bmc", "-keystore", keys.toString(), "-storepass", "password").run());
        WireMockServer server = new WireMockServer(options().dynamicHttpsPort().dynamicPort().keystorePath(keys.toString()).keystorePassword("password")
                .keyManagerPassword("password").keystoreType("PKCS12"));
        server.start();
        server.stubFor(get(anyUrl()).willReturn(okJson("{\"PowerState\": \"On\"}")));
        try (RedfishHardwareType driver = new RedfishHardwareType(StubbedBmc.SETTINGS)) {
            String byName = "https://localhost:" + server.httpsPort();
            String byAddress = "https://127.0.0.1:" + server.httpsPort();
            assertThatThrownBy(() -> driver.power().state(node("redfish_address", byName, "redfish_system_id", "/s")))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                    .hasMessageContaining("PKIX").hasMessageContaining("set driver_info/redfish_verify_ca to the path of a PEM file");
            assertThat(driver.power().state(node("redfish_address", byName, "redfish_system_id", "/s", "redfish_verify_ca", pem.toString()))).isEqualTo(PowerState.ON);
            assertThatThrownBy(() -> driver.power().state(node("redfish_address", byAddress, "redfish_system_id", "/s", "redfish_verify_ca", pem.toString())))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
            assertThat(driver.power().state(node("redfish_address", byAddress, "redfish_system_id", "/s", "redfish_verify_ca", false))).isEqualTo(PowerState.ON);
            Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
            assertThatThrownBy(() -> driver.power().state(node("redfish_address", byName, "redfish_verify_ca", empty.toString()))).hasMessageContaining("empty.pem");
        } finally {
            server.stop();
        }
    }
}
