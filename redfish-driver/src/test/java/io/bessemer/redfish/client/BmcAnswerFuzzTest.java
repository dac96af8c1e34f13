package io.bessemer.redfish.client;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A BMC's JSON may be of any shape: nothing escapes.
class BmcAnswerFuzzTest {
    @FuzzTest
    void answers(byte[] json) {
        JsonNode body;
        try {
            body = JsonMapper.shared().readTree(json);
        } catch (JacksonException noJson) {
            return;
        }
        if (body == null) {
            return;
        }
        List<BmcMessage> messages = BmcMessage.of(body);
        assert BmcMessage.sentence(messages).length() < 1000;
        var resource = new Resource("/redfish/v1/Systems/1", body, "");
        resource.links("/Members");
        resource.texts("/Boot/BootOrder");
        resource.action("#ComputerSystem.Reset");
        resource.flag("/Boot/BootSourceOverrideEnabled");
        assert resource.has("/Members") || resource.links("/Members").isEmpty();
    }
}
