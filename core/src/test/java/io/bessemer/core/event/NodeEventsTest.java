package io.bessemer.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeEventsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Node NODE = Node.builder(NodeId.random(), "fake").provisionState(ProvisionState.MANAGEABLE).powerState(PowerState.ON).createdAt(NOW).build();

    private static List<EventDraft> events(Node before, Node after, FlowUpdate flow, Change.Move... moves) {
        return NodeEvents.of(new Change(before, after, List.of(), List.of(), flow, List.of(moves)), after);
    }

    private static List<EventDraft> events(Node after) {
        return events(NODE, after, new FlowUpdate.None());
    }

    private static List<String> types(List<EventDraft> events) {
        return events.stream().map(EventDraft::type).toList();
    }

    private static FlowUpdate working() {
        return new FlowUpdate.Save(Flow.start(NODE.id(), FlowKind.POWER, 1, Map.of(), NOW));
    }

    @Test
    void a_verb_that_is_done_at_once_is_told_as_its_start_and_its_end() {
        var provide = new Change.Move(ProvisionState.MANAGEABLE, null, LifecycleEvent.PROVIDE, ProvisionState.CLEANING, ProvisionState.AVAILABLE);
        var done = new Change.Move(ProvisionState.CLEANING, ProvisionState.AVAILABLE, LifecycleEvent.DONE, ProvisionState.AVAILABLE, null);
        List<EventDraft> events = events(NODE, NODE.toBuilder().provisionState(ProvisionState.AVAILABLE).build(), new FlowUpdate.None(), provide, done);
        assertThat(types(events)).containsExactly("baremetal.node.provision_set.start", "baremetal.node.provision_set.end");
        assertThat(events.getFirst().data()).containsEntry("event", "provide").containsEntry("provision_state", "cleaning").containsEntry("target_provision_state", "available")
                .containsEntry("previous_provision_state", "manageable").containsEntry("previous_target_provision_state", null);
        assertThat(events.getLast().data()).containsEntry("event", "done").containsEntry("provision_state", "available").containsEntry("target_provision_state", null)
                .containsEntry("previous_provision_state", "cleaning").containsEntry("previous_target_provision_state", "available");
    }

    @Test
    void a_failure_is_an_error_and_a_wait_a_success() {
        var wait = new Change.Move(ProvisionState.DEPLOYING, ProvisionState.ACTIVE, LifecycleEvent.WAIT, ProvisionState.DEPLOY_WAIT, ProvisionState.ACTIVE);
        var fail = new Change.Move(ProvisionState.DEPLOY_WAIT, ProvisionState.ACTIVE, LifecycleEvent.FAIL, ProvisionState.DEPLOY_FAILED, ProvisionState.ACTIVE);
        assertThat(types(events(NODE, NODE, working(), wait, fail))).containsExactly("baremetal.node.provision_set.success", "baremetal.node.provision_set.error");
    }

    @Test
    void a_state_that_was_set_without_the_table_is_told_all_the_same() {
        List<EventDraft> events = events(NODE.toBuilder().provisionState(ProvisionState.ACTIVE).build());
        assertThat(types(events)).containsExactly("baremetal.node.provision_set.success");
        assertThat(events.getFirst().data()).containsEntry("event", null);
    }

    @Test
    void a_power_change_is_told_from_the_wish_to_the_end_or_the_error() {
        Node wished = NODE.toBuilder().targetPowerState(PowerTarget.OFF).build();
        assertThat(events(wished)).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo("baremetal.node.power_set.start");
            assertThat(event.data()).containsEntry("to_power", "power off").containsEntry("target_power_state", "power off");
        });
        Node off = NODE.toBuilder().powerState(PowerState.OFF).build();
        assertThat(types(events(wished, off, working()))).containsExactly("baremetal.node.power_set.end");
        assertThat(types(events(wished, NODE.toBuilder().lastError("the BMC is silent").build(), working()))).containsExactly("baremetal.node.power_set.error");
        Node restarted = wished.toBuilder().targetPowerState(PowerTarget.REBOOT).build();
        assertThat(types(events(wished, restarted, working()))).containsExactly("baremetal.node.power_set.error", "baremetal.node.power_set.start");
    }

    @Test
    void power_that_a_flow_changed_is_set_and_power_that_somebody_else_changed_is_corrected() {
        Node off = NODE.toBuilder().powerState(PowerState.OFF).build();
        assertThat(types(events(NODE, off, working()))).containsExactly("baremetal.node.power_set.end");
        List<EventDraft> corrected = events(off);
        assertThat(types(corrected)).containsExactly("baremetal.node.power_state_corrected.success");
        assertThat(corrected.getFirst().data()).containsEntry("from_power", "power on");
        assertThat(events(NODE.toBuilder().powerState(null).build(), NODE, new FlowUpdate.None())).as("learned").isEmpty();
    }

    @Test
    void maintenance_console_and_edited_fields_are_told_and_what_is_ours_is_not() {
        assertThat(types(events(NODE.toBuilder().maintenance(true).build()))).containsExactly("baremetal.node.maintenance_set.end");
        assertThat(types(events(NODE.toBuilder().consoleEnabled(true).build()))).containsExactly("baremetal.node.console_set.end");
        assertThat(types(events(NODE.toBuilder().extra(Map.of("rack", "7")).build()))).containsExactly("baremetal.node.update.end");
        assertThat(events(NODE.toBuilder().reservation("c1").driverInternalInfo(Map.of("a", 1)).attempt(7).lastError("x").build())).isEmpty();
    }

    @Test
    void times_are_whole_seconds_as_oslo_writes_them() {
        assertThat(events(NODE.toBuilder().maintenance(true).build()).getFirst().data()).containsEntry("created_at", "2026-01-02T03:04:05Z");
    }

    @Test
    void types_are_chosen_by_whole_words_from_the_beginning() {
        assertThat(EventTypes.match(List.of(), "baremetal.node.create.end")).isTrue();
        assertThat(EventTypes.match(List.of("baremetal.node"), "baremetal.node.create.end")).isTrue();
        assertThat(EventTypes.match(List.of("baremetal.port"), "baremetal.portgroup.create.end")).isFalse();
        assertThat(EventTypes.isBeginning("baremetal.node.provision_set.error")).isTrue();
        assertThat(EventTypes.isBeginning("node.create")).isFalse();
        assertThat(EventTypes.isBeginning("baremetal.*")).isFalse();
    }

    @Test
    void the_url_and_the_secret_of_a_webhook_are_checked() {
        assertThat(Webhook.faultOfUrl("https://sink.example:8443/a?b=c")).isEmpty();
        assertThat(Webhook.faultOfUrl("ftp://sink.example")).contains("https://HOST");
        assertThat(Webhook.faultOfUrl("https://user:geheim@sink.example")).contains("without user").doesNotContain("geheim");
        assertThat(Webhook.isSecret(Webhook.draft(NOW).secret())).isTrue();
        assertThat(Webhook.isSecret("whsec_c2hvcnQ=")).isFalse();
        assertThat(Webhook.isSecret("whsec_!!")).isFalse();
        assertThat(Webhook.draft(NOW).toString()).doesNotContain("whsec_");
    }
}
