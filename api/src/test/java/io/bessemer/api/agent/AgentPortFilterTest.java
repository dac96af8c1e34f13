package io.bessemer.api.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentPortFilterTest {
    @ParameterizedTest
    @ValueSource(strings = {"/v1/agent/1be26c0b-03f2-4d2e-ae87-c02d7f33c123/session", "/v1/hosts/x/up", "/v1/lookup", "/v1/lookup/", "/v1/heartbeat/x", "/v1/continue_inspection", "/"})
    void agents_reach_what_is_theirs(String path) {
        assertThat(AgentPortFilter.forAgents(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "/v1", "/v1/nodes", "/v1/agents", "/v1/agent/../nodes", "/v1/agent/%2e%2e/nodes", "/v1//nodes", "/v1/agent;x=/../nodes", "/error"})
    void agents_reach_nothing_else(String path) {
        assertThat(AgentPortFilter.forAgents(path)).isFalse();
    }
}
