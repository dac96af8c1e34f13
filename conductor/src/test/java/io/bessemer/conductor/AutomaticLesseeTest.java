package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Requester;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AutomaticLesseeTest {
    private static final ProvisionRequest BY_PROJECT = new ProvisionRequest(null, null, null, null, null, false, new Requester("u", "p-asking"));

    private static Rig available(AutomaticLessee source, String project) {
        Rig rig = new Rig(settings -> settings.withLessee(source));
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        rig.verb(LifecycleEvent.PROVIDE);
        rig.settle();
        Map<String, Object> info = new LinkedHashMap<>(Map.of("image_source", "tiny"));
        if (project != null) {
            info.put("project_id", project);
        }
        rig.edit(node -> node.toBuilder().instanceInfo(info).build());
        return rig;
    }

    private static void deploy(Rig rig) {
        rig.verb(LifecycleEvent.DEPLOY, BY_PROJECT);
        rig.settle();
        rig.await(ProvisionState.ACTIVE);
    }

    private static void undeploy(Rig rig) {
        rig.verb(LifecycleEvent.DELETE);
        rig.settle();
        rig.await(ProvisionState.AVAILABLE);
    }

    @Test
    void the_project_of_the_instance_is_lessee_while_it_lasts() {
        Rig rig = available(AutomaticLessee.INSTANCE, "p-nova");
        deploy(rig);
        assertThat(rig.node().lessee()).isEqualTo("p-nova");
        rig.verb(LifecycleEvent.REBUILD, BY_PROJECT);
        rig.settle();
        rig.await(ProvisionState.ACTIVE);
        assertThat(rig.node().lessee()).isEqualTo("p-nova");
        undeploy(rig);
        assertThat(rig.node().lessee()).isNull();
        assertThat(rig.node().driverInternalInfo()).doesNotContainKey(AutomaticLessee.MARK);
    }

    @Test
    void without_a_project_in_the_instance_nobody_is() {
        Rig rig = available(AutomaticLessee.INSTANCE, null);
        deploy(rig);
        assertThat(rig.node().lessee()).isNull();
    }

    @Test
    void who_asks_is_lessee_when_the_setting_says_so() {
        Rig rig = available(AutomaticLessee.REQUEST, "p-nova");
        deploy(rig);
        assertThat(rig.node().lessee()).isEqualTo("p-asking");
        undeploy(rig);
        assertThat(rig.node().lessee()).isNull();
    }

    @Test
    void a_lessee_that_somebody_set_stays_before_and_after() {
        Rig rig = available(AutomaticLessee.INSTANCE, "p-nova");
        rig.edit(node -> node.toBuilder().lessee("p-set").build());
        deploy(rig);
        assertThat(rig.node().lessee()).isEqualTo("p-set");
        undeploy(rig);
        assertThat(rig.node().lessee()).isEqualTo("p-set");
    }

    @Test
    void none_is_none() {
        Rig rig = available(AutomaticLessee.NONE, "p-nova");
        deploy(rig);
        assertThat(rig.node().lessee()).isNull();
    }
}
