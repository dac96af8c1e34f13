package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.Test;

class RescuePasswordTest {
    @Test
    void it_is_kept_as_a_salted_hash_that_crypt_can_check_and_is_never_printed() {
        RescuePassword one = RescuePassword.of("correct horse");
        assertThat(one.hash()).startsWith("$6$rounds=50000$").doesNotContain("horse").isNotEqualTo(RescuePassword.of("correct horse").hash());
        String salt = one.hash().substring(0, one.hash().lastIndexOf('$'));
        assertThat(Sha2Crypt.sha512Crypt("correct horse".getBytes(java.nio.charset.StandardCharsets.UTF_8), salt)).isEqualTo(one.hash());
        assertThat(one.toString()).doesNotContain("$6$");
    }

    @Test
    void an_empty_a_long_and_an_untypable_one_are_refused_without_being_repeated() {
        assertThatThrownBy(() -> RescuePassword.of("  ")).isInstanceOf(Failure.Missing.class).hasMessageContaining("rescue_password");
        assertThatThrownBy(() -> RescuePassword.of("x".repeat(257))).isInstanceOf(Failure.Invalid.class).hasMessageContaining("257").hasMessageNotContaining("xxx");
        assertThatThrownBy(() -> RescuePassword.of("line\nbreak")).isInstanceOf(Failure.Invalid.class).hasMessageNotContaining("break");
    }
}
