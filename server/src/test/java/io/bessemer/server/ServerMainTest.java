package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerMainTest {
    @Test
    void our_options_become_settings() {
        assertThat(ServerMain.settings(new String[] {"--data-dir", "/var/lib/x", "--listen=127.0.0.1:7000", "--bessemer.pxe.enabled=true"}))
                .containsExactly("--bessemer.data-dir=/var/lib/x", "--bessemer.api.listen=127.0.0.1:7000", "--bessemer.pxe.enabled=true");
    }

    @Test
    void an_unknown_option_is_named() {
        assertThatThrownBy(() -> ServerMain.settings(new String[] {"--datadir=x"})).hasMessageContaining("--datadir=x");
    }

    @Test
    void an_option_without_its_value_is_named() {
        assertThatThrownBy(() -> ServerMain.settings(new String[] {"--listen"})).hasMessageContaining("--listen needs a value");
    }

    @Test
    void a_config_file_that_cannot_be_read_is_named() {
        assertThatThrownBy(() -> ServerMain.settings(new String[] {"--config", "no/such/file"})).hasMessageContaining("no/such/file");
    }

    @Test
    void without_authentication_an_open_address_must_be_said_twice() {
        assertThatThrownBy(() -> api("0.0.0.0:6385", "noauth", "").address()).hasMessageContaining("bessemer.api.noauth-on");
        assertThat(api("0.0.0.0:6385", "noauth", "0.0.0.0:6385").address().port()).isEqualTo(6385);
        assertThat(api("0.0.0.0:6385", "keystone", "").address().port()).isEqualTo(6385);
    }

    private static ApiProperties api(String listen, String auth, String noauthOn) {
        return new ApiProperties(listen, auth, noauthOn, new ApiProperties.Basic(""), new ApiProperties.Keystone("", "", "bessemer", "", "service", "Default", "Default",
                "service", "", Duration.ofSeconds(10), Duration.ofMinutes(2)), new ApiProperties.Tls("", ""));
    }

    @Test
    void an_address_without_a_port_says_what_is_allowed() {
        assertThatThrownBy(() -> api("127.0.0.1", "noauth", "").address()).hasMessageContaining("bessemer.api.listen")
                .hasMessageContaining("ADDRESS:PORT");
    }
}
