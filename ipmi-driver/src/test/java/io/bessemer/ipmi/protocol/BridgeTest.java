package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.ipmi.protocol.LanMessage.Response;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Send Message around requests and answers.
class BridgeTest {
    private static final LanMessage.Request GET_DEVICE_ID = new LanMessage.Request(0x06, 0, 5, 0x01, new byte[0]);
    private static final Response ANSWER = new Response(0x07, 0, 5, 0x01, CompletionCode.Generic.OK, new byte[] {0x17});

    @Test
    void a_request_for_the_BMC_itself_stays_as_it_is() {
        assertThat(Bridge.NONE.wrap(GET_DEVICE_ID)).isSameAs(GET_DEVICE_ID);
    }

    @Test
    void single_bridging_is_one_Send_Message_as_ipmitool_sends_it() {
        // `ipmitool -vvv -b 0 -t 0x30 raw 6 1`: channel 0 tracked, then 30 18 b8 20 <seq> 01 <checksum>
        LanMessage.Request wrapped = new Bridge(List.of(new Bridge.Hop(0, 0x30)), 0x20).wrap(GET_DEVICE_ID);
        assertThat(wrapped.netFn()).isEqualTo(0x06);
        assertThat(wrapped.command()).isEqualTo(0x34);
        assertThat(wrapped.sequence()).isEqualTo(5);
        assertThat(HexFormat.of().formatHex(wrapped.data())).isEqualTo("403018b8201401cb");
    }

    @Test
    void dual_bridging_is_a_Send_Message_in_a_Send_Message() throws DecodeException {
        LanMessage.Request wrapped = new Bridge(List.of(new Bridge.Hop(7, 0x72), new Bridge.Hop(1, 0x82)), 0x24).wrap(GET_DEVICE_ID);
        assertThat(wrapped.data()[0]).isEqualTo((byte) 0x47);
        byte[] middle = Arrays.copyOfRange(wrapped.data(), 1, wrapped.data().length);
        assertThat(middle[0]).isEqualTo((byte) 0x72);
        assertThat(middle[3]).isEqualTo((byte) 0x24);
        LanMessage.Request transit = LanMessage.Request.decode(middle);
        assertThat(transit.command()).isEqualTo(0x34);
        assertThat(transit.data()[0]).isEqualTo((byte) 0x41);
        byte[] inner = Arrays.copyOfRange(transit.data(), 1, transit.data().length);
        assertThat(inner[0]).isEqualTo((byte) 0x82);
        assertThat(LanMessage.Request.decode(inner).command()).isEqualTo(0x01);
    }

    @Test
    void an_answer_is_found_inside_and_an_empty_one_says_that_it_was_passed_on() throws DecodeException {
        assertThat(Bridge.unwrap(passedOn(ANSWER.encode()))).hasValueSatisfying(found -> assertThat(found.data()).containsExactly(0x17));
        assertThat(Bridge.unwrap(passedOn(passedOn(ANSWER.encode()).encode()))).hasValueSatisfying(found -> assertThat(found.command()).isEqualTo(0x01));
        assertThat(Bridge.unwrap(passedOn(new byte[0]))).isEmpty();
        assertThat(Bridge.unwrap(passedOn(passedOn(new byte[0]).encode()))).isEmpty();
        assertThat(Bridge.unwrap(ANSWER)).contains(ANSWER);
    }

    @Test
    void a_refusal_on_the_way_is_told_from_the_answer() throws DecodeException {
        Response nobody = new Response(0x07, 0, 5, 0x34, CompletionCode.of(0x83), new byte[0]);
        assertThat(Bridge.unwrap(passedOn(nobody.encode()))).hasValueSatisfying(found -> assertThat(Bridge.failed(found)).isTrue());
        assertThat(Bridge.failed(ANSWER)).isFalse();
        assertThat(Bridge.failed(passedOn(new byte[0]))).isFalse();
    }

    @Test
    void an_answer_that_never_ends_is_refused() {
        Response response = ANSWER;
        for (int i = 0; i < 5; i++) {
            response = passedOn(response.encode());
        }
        Response deep = response;
        assertThatThrownBy(() -> Bridge.unwrap(deep)).isInstanceOf(DecodeException.class).hasMessageContaining("expected at most 3");
        assertThatThrownBy(() -> Bridge.unwrap(passedOn(new byte[] {1, 2, 3}))).isInstanceOf(DecodeException.class).hasMessageContaining("expected at least 8");
    }

    private static Response passedOn(byte[] inner) {
        return new Response(0x07, 0, 5, 0x34, CompletionCode.Generic.OK, inner);
    }
}
