package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.InspectionRule;
import io.bessemer.core.plan.PlannedStep;
import io.bessemer.core.plan.Runbook;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the stores of plans promise, whichever database is below.
abstract class PlanStoreTest extends DatabaseCase {
    private static final Instant START = Micros.of(StoreTest.START);

    @Override
    Clock clock() {
        return Clock.fixed(START.plusSeconds(9), ZoneOffset.UTC);
    }

    private static DeployTemplate template(String name) {
        return new DeployTemplate(UUID.randomUUID(), name, List.of(
                new PlannedStep("raid", "create_configuration", Map.of("target", Map.of("level", "1"), "bmc_password", "hush"), 110, PlannedStep.PRIORITY),
                new PlannedStep("bios", "factory_reset", Map.of(), 0, PlannedStep.PRIORITY)), Map.of("by", "ops"), 1, START, null);
    }

    @Test
    void plans_of_each_kind_are_read_as_they_were_stored() {
        DeployTemplate template = template("CUSTOM_FULL");
        assertThat(database.plans().deployTemplates().create(template)).isEqualTo(template);
        assertThat(database.plans().deployTemplates().find(template.id())).contains(template);
        assertThat(database.plans().deployTemplates().findByName("CUSTOM_FULL")).contains(template);
        Runbook runbook = new Runbook(UUID.randomUUID(), "CUSTOM_FULL", List.of(new PlannedStep("deploy", "erase_devices", Map.of("a", List.of(1, 2)), 3, PlannedStep.ORDER)),
                true, false, "p1", Map.of("x", "y"), Set.of("CUSTOM_A", "CUSTOM_B"), "wipes", 1, START, null);
        assertThat(database.plans().runbooks().create(runbook)).as("another kind may have the same name").isEqualTo(runbook);
        assertThat(database.plans().runbooks().list()).contains(runbook);
        InspectionRule rule = new InspectionRule(UUID.randomUUID(), "old BIOS", 7, "main", true, List.of(Map.of("op", "eq", "args", Map.of("values", List.of(1, 1)))),
                List.of(Map.of("op", "fail", "args", Map.of("msg", "no"))), 1, START, null);
        assertThat(database.plans().inspectionRules().create(rule)).isEqualTo(rule);
        assertThat(database.plans().inspectionRules().find(rule.id())).contains(rule);
        assertThat(database.plans().runbooks().find(rule.id())).as("of another kind").isEmpty();
        assertThat(database.plans().inspectionRules().deleteAll()).isEqualTo(1);
        assertThat(database.plans().inspectionRules().list()).isEmpty();
        assertThat(database.plans().runbooks().list()).contains(runbook);
    }

    @Test
    void secrets_among_arguments_are_sealed() throws Exception {
        DeployTemplate template = database.plans().deployTemplates().create(template("CUSTOM_SEALED"));
        try (var connection = database.dataSource().getConnection(); var query = connection.prepareStatement("SELECT body FROM plans WHERE uuid = ?")) {
            query.setString(1, template.id().toString());
            try (var rows = query.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).contains("create_configuration").doesNotContain("hush");
            }
        }
    }

    @Test
    void a_uuid_and_a_name_are_taken_once() {
        DeployTemplate one = database.plans().deployTemplates().create(template("CUSTOM_ONE"));
        DeployTemplate two = database.plans().deployTemplates().create(template("CUSTOM_TWO"));
        assertThatThrownBy(() -> database.plans().deployTemplates().create(template("CUSTOM_ONE"))).isInstanceOf(Failure.NameAlreadyExists.class)
                .hasMessageContaining("deploy template with name CUSTOM_ONE");
        assertThatThrownBy(() -> database.plans().deployTemplates().create(renamed(one, "CUSTOM_OTHER"))).isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining(one.id().toString());
        assertThatThrownBy(() -> database.plans().deployTemplates().update(renamed(two, "CUSTOM_ONE"))).isInstanceOf(Failure.NameAlreadyExists.class);
    }

    @Test
    void of_two_edits_at_once_one_wins_and_a_deleted_one_is_not_revived() {
        DeployTemplate before = database.plans().deployTemplates().create(template("CUSTOM_EDIT"));
        DeployTemplate after = database.plans().deployTemplates().update(renamed(before, "CUSTOM_EDITED")).orElseThrow();
        assertThat(after).isEqualTo(new DeployTemplate(before.id(), "CUSTOM_EDITED", before.steps(), before.extra(), 2, START, START.plusSeconds(9)));
        assertThat(database.plans().deployTemplates().update(renamed(before, "CUSTOM_LATE"))).isEmpty();
        assertThat(database.plans().deployTemplates().delete(before.id())).isTrue();
        assertThat(database.plans().deployTemplates().delete(before.id())).isFalse();
        assertThat(database.plans().deployTemplates().update(after)).isEmpty();
        assertThat(database.plans().deployTemplates().find(before.id())).isEmpty();
    }

    private static DeployTemplate renamed(DeployTemplate one, String name) {
        return new DeployTemplate(one.id(), name, one.steps(), one.extra(), one.version(), one.createdAt(), one.updatedAt());
    }
}
