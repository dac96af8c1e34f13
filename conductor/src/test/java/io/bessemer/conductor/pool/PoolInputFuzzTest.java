package io.bessemer.conductor.pool;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.HypervisorKind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Requests for certificates, definitions of guests, and what a host says of its first boot. Only a [Failure] that names the field may escape.
class PoolInputFuzzTest {
    @FuzzTest
    void signing_requests(byte[] bytes) {
        try {
            assert SigningRequest.parse(new String(bytes, StandardCharsets.ISO_8859_1)).keyHash().length() == 64;
        } catch (Failure.Invalid expected) {
            assert expected.field().equals("csr");
        }
    }

    @FuzzTest
    void domains(byte[] bytes) {
        try {
            DomainXml read = DomainXml.of(new String(bytes, StandardCharsets.UTF_8), null, null, HypervisorKind.KVM);
            assert DomainXml.of(read.text(), read.name(), read.uuid(), HypervisorKind.KVM).text().equals(read.text()) : "read again, it changed";
        } catch (Failure.Invalid | Failure.Missing expected) {
            assert !expected.getMessage().isEmpty();
        }
    }

    @FuzzTest
    void first_boot_failures(byte[] json) {
        try {
            if (JsonMapper.shared().readValue(json, Object.class) instanceof Map<?, ?> map) {
                var told = new java.util.LinkedHashMap<String, Object>();
                map.forEach((key, value) -> told.put(String.valueOf(key), value));
                assert HostFailure.parse(told, "hush-hush").text().indexOf("hush-hush") < 0;
            }
        } catch (JacksonException | Failure.Invalid expected) {
            assert expected.getMessage() != null;
        }
    }
}
