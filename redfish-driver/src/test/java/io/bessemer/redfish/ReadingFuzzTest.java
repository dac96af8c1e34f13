package io.bessemer.redfish;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.redfish.client.Resource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sensors as a BMC tells of them, of each kind.
class ReadingFuzzTest {
    @FuzzTest
    void sensors(byte[] json) {
        JsonNode body;
        try {
            body = JsonMapper.shared().readTree(json);
        } catch (JacksonException noJson) {
            return;
        }
        if (body == null) {
            return;
        }
        var resource = new Resource("/redfish/v1/Chassis/1/Thermal", body, "");
        for (String list : new String[] {"", "/Temperatures", "/Fans", "/PowerSupplies"}) {
            Reading.each(resource, list, (id, reading) -> {
                assert reading.temperature(id) != null && reading.fan(id) != null && reading.supply(id) != null && reading.control(id) != null && reading.drive(id) != null;
                reading.sensor(id);
            });
        }
        new Reading(body).sensor("1");
    }
}
