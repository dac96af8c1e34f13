package io.bessemer.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisitorsTest {
    private final Visitors visitors = new Visitors(new VisitorLimit(2, List.of(new Network("127.0.0.0/8"))));

    @Test
    void an_address_has_so_many_connections_and_no_more_until_one_is_closed() throws Exception {
        assertThat(visitors.enter(at("192.0.2.1"))).isTrue();
        assertThat(visitors.enter(at("192.0.2.1"))).isTrue();
        assertThat(visitors.enter(at("192.0.2.1"))).isFalse();
        assertThat(visitors.enter(at("192.0.2.2"))).as("another address").isTrue();
        visitors.leave(at("192.0.2.1"));
        assertThat(visitors.enter(at("192.0.2.1"))).isTrue();
        assertThat(visitors.enter(at("192.0.2.1"))).isFalse();
    }

    @Test
    void nothing_is_kept_of_addresses_that_left() throws Exception {
        for (int i = 0; i < 256; i++) {
            visitors.enter(at("192.0.2." + i));
            visitors.leave(at("192.0.2." + i));
        }
        assertThat(visitors.addresses()).isZero();
    }

    @Test
    void addresses_of_one_ipv6_network_count_together_but_for_link_local_ones() throws Exception {
        assertThat(visitors.enter(at("2001:db8::1"))).isTrue();
        assertThat(visitors.enter(at("2001:db8::2"))).isTrue();
        assertThat(visitors.enter(at("2001:db8::ffff:3"))).isFalse();
        assertThat(visitors.enter(at("2001:db8:0:1::1"))).as("of another network").isTrue();
        for (int i = 1; i < 9; i++) {
            assertThat(visitors.enter(at("fe80::" + i))).isTrue();
        }
    }

    @Test
    void trusted_networks_and_a_limit_of_none_let_anybody_in() throws Exception {
        var unlimited = new Visitors(VisitorLimit.NONE);
        for (int i = 0; i < 9; i++) {
            assertThat(visitors.enter(at("127.0.0.1"))).isTrue();
            assertThat(unlimited.enter(at("192.0.2.1"))).isTrue();
        }
        assertThatThrownBy(() -> new VisitorLimit(-1, List.of())).hasMessage("-1 connections of an address; allowed are 1 and more, or 0 for any number");
    }

    private static InetAddress at(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }
}
