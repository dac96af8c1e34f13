package io.bessemer.conductor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostFailureTest {
    @Test
    void what_a_host_says_is_cut_and_made_one_line() {
        HostFailure failure = HostFailure.parse(Map.of("part", "x".repeat(100), "error", "a\nb\u001b[31m", "output",
                IntStream.range(0, 100).mapToObj(i -> "line " + i + " " + "y".repeat(1000)).toList()), "token");
        assertThat(failure.part()).hasSize(65).endsWith("…");
        assertThat(failure.error()).isEqualTo("a b [31m");
        assertThat(failure.output()).hasSize(12).allSatisfy(line -> assertThat(line).hasSize(401));
        assertThat(failure.output().getLast()).startsWith("line 99 ");
    }

    @Test
    void secrets_that_a_host_printed_are_masked() {
        HostFailure failure = HostFailure.parse(Map.of("part", "read the package lists", "error", "http://joe:pw@mirror/ says 403 to s3cret",
                "output", List.of("Err:1 https://joe:pw@mirror/x", "GET /failed?token=other")), "s3cret");
        assertThat(failure.text()).isEqualTo("The first boot failed at 'read the package lists': http://***@mirror/ says 403 to ***. It said: "
                + "Err:1 https://***@mirror/x | GET /failed?token=***. More is on the host, in /var/log/cloud-init-output.log");
    }

    @Test
    void a_node_remembers_it() {
        HostFailure failure = new HostFailure("install packages", "apt-get ended with 100", List.of("E: Unable to locate package a"));
        assertThat(HostFailure.of(Hosts.node(1).internal(HostFailure.KEY, failure.toMap()).build())).contains(failure.text());
        assertThat(HostFailure.of(Hosts.node(1).build())).isEmpty();
    }

    @Test
    void each_way_to_be_malformed_is_named() {
        assertThatThrownBy(() -> HostFailure.parse(Map.of("error", "e"), "t")).isInstanceOf(Failure.Invalid.class).hasMessageContaining("part: found 'null'");
        assertThatThrownBy(() -> HostFailure.parse(Map.of("part", "p", "error", 7), "t")).isInstanceOf(Failure.Invalid.class).hasMessageContaining("error: found '7'");
        assertThatThrownBy(() -> HostFailure.parse(Map.of("part", "p", "error", "e", "output", "text"), "t")).isInstanceOf(Failure.Invalid.class)
                .hasMessageContaining("output: found a String");
    }
}
