package io.bessemer.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.crypto.bcrypt.BCrypt;

class HttpBasicTest {
    /// Ironic's own example, `ironic/tests/unit/common/test_auth_basic.py`: myName, myPassword
    private static final String IRONICS = "myName:$2y$05$lE3eGtyj41jZwrzS87KTqe6.JETVCWBkc32C63UP2aYrGoYOEpbJm";

    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void users() throws IOException {
        file = directory.resolve("htpasswd");
        Files.writeString(file, "# operators\n" + IRONICS + "\n\nsecond:" + hash("b", "other word") + "\n");
    }

    private static String hash(String variant, String password) {
        return BCrypt.hashpw(password, BCrypt.gensalt("$2" + variant, 5));
    }

    private static MockHttpServletRequest request(String user, String password) {
        return with("Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    private static MockHttpServletRequest with(String header) {
        var request = new MockHttpServletRequest();
        request.addHeader("Authorization", header);
        return request;
    }

    @Test
    void a_user_of_ironics_own_file_is_an_administrator() {
        var caller = new HttpBasic(file).authenticate(request("myName", "myPassword"));
        assertThat(caller.user()).isEqualTo("myName");
        assertThat(Who.SYSTEM_ADMIN.admits(caller, Owned.BY_THE_SYSTEM)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "y"})
    void each_variant_of_bcrypt_is_taken(String variant) throws IOException {
        Files.writeString(file, "u:" + hash(variant, "päss:wörd") + "\n");
        assertThat(new HttpBasic(file).authenticate(request("u", "päss:wörd")).name()).isEqualTo("u");
    }

    @ParameterizedTest
    @CsvSource({"myName,wrong", "nobody,myPassword", "second,myPassword", "'',''", "# operators,x"})
    void others_are_refused_with_the_same_words(String user, String password) {
        assertThatThrownBy(() -> new HttpBasic(file).authenticate(request(user, password))).isInstanceOf(Failure.Unauthorized.class)
                .hasMessage("Incorrect username or password.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic %%%", "Basic", "Basic bm9jb2xvbg==", "Bearer x"})
    void a_header_of_another_kind_is_refused(String header) {
        assertThatThrownBy(() -> new HttpBasic(file).authenticate(with(header))).isInstanceOf(Failure.Unauthorized.class);
    }

    @Test
    void bcrypt_is_paid_once_and_an_unknown_user_costs_what_a_wrong_password_does() throws IOException {
        Files.writeString(file, "dear:" + BCrypt.hashpw("p", BCrypt.gensalt("$2b", 11)) + "\n");
        HttpBasic basic = new HttpBasic(file);
        Duration first = time(() -> basic.authenticate(request("dear", "p")));
        Duration second = time(() -> basic.authenticate(request("dear", "p")));
        Duration wrong = time(() -> refused(basic, "dear", "q"));
        Duration unknown = time(() -> refused(basic, "nobody", "q"));
        assertThat(second).isLessThan(first.dividedBy(4));
        assertThat(unknown).isBetween(wrong.dividedBy(4), wrong.multipliedBy(4));
    }

    private static void refused(HttpBasic basic, String user, String password) {
        assertThatThrownBy(() -> basic.authenticate(request(user, password))).isInstanceOf(Failure.Unauthorized.class);
    }

    private static Duration time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void a_changed_file_counts_at_once_and_a_broken_one_does_not() throws IOException {
        HttpBasic basic = new HttpBasic(file);
        basic.authenticate(request("myName", "myPassword"));
        Files.writeString(file, "third:" + hash("y", "third's") + "\n");
        refused(basic, "myName", "myPassword");
        assertThat(basic.authenticate(request("third", "third's")).user()).isEqualTo("third");
        Files.writeString(file, "third:plain text password that must not be taken\n");
        assertThat(basic.authenticate(request("third", "third's")).user()).isEqualTo("third");
        Files.delete(file);
        assertThat(basic.authenticate(request("third", "third's")).user()).isEqualTo("third");
        Files.writeString(file, IRONICS + "\n");
        assertThat(basic.authenticate(request("myName", "myPassword")).user()).isEqualTo("myName");
        refused(basic, "third", "third's");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "u:$apr1$x$y | line 1 is not USER:HASH with a bcrypt hash",
            "u:secret | line 1 is not USER:HASH",
            "u:$2y$31$lE3eGtyj41jZwrzS87KTqe6.JETVCWBkc32C63UP2aYrGoYOEpbJm | cost 31; allowed is 4 to 16",
            "# none | names no user"})
    void a_file_that_is_none_says_what_is_wrong_and_not_what_stood_there(String content, String told) throws IOException {
        Files.writeString(file, content + "\n");
        assertThatThrownBy(() -> new HttpBasic(file)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bessemer.api.http-basic.file")
                .hasMessageContaining(told).message().doesNotContain("secret");
    }

    @Test
    void a_user_that_is_named_twice_or_a_file_that_is_missing_is_told() throws IOException {
        Files.writeString(file, IRONICS + "\n" + IRONICS + "\n");
        assertThatThrownBy(() -> new HttpBasic(file)).hasMessageContaining("line 2 names the user 'myName' a second time");
        assertThatThrownBy(() -> new HttpBasic(directory.resolve("no"))).hasMessageContaining("cannot be read");
    }
}
