package io.bessemer.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.pxe.DhcpMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What operators write into their settings. A complaint names the setting; nothing else comes out.
class SettingsFuzzTest {
    private static final int MOST = 9;

    /// A host that is a name would be looked up.
    @FuzzTest
    void listen_addresses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.matches("(?s).*[g-zG-Z].*") || !text.matches("(?s).*[.:].*:.*")) {
            return;
        }
        try {
            ListenAddress address = ListenAddress.parse("bessemer.api.listen", text);
            assert address.port() > 0 && address.port() < 65536 && address.url().startsWith("http://") : address;
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage().contains("bessemer.api.listen") : expected;
        }
    }

    /// A line each for the members of an interface.
    @FuzzTest
    void interfaces(byte[] bytes) {
        String[] words = Arrays.copyOf(new String(bytes, StandardCharsets.UTF_8).split("\n", MOST), MOST);
        Arrays.setAll(words, i -> words[i] == null ? "" : words[i]);
        List<String> some = list(words[4]);
        try {
            ProvisioningInterfaces.parse(List.of(new PxeProperties.Interface(words[0], words[1], words[2].equals("proxy") ? DhcpMode.PROXY : DhcpMode.SERVER,
                    words[3], some, words[5], list(words[6]), words[7].isEmpty() ? List.of() : List.of(new PxeProperties.Relayed(words[7], DhcpMode.SERVER, words[8], some, words[5], List.of())),
                    List.of())));
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage().contains("bessemer.pxe.interfaces") : expected;
        }
    }

    private static List<String> list(String words) {
        return words.isEmpty() ? List.of() : List.of(words.split(";"));
    }
}
