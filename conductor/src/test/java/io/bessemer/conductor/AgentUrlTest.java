package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentUrlTest {
    private static final URI SECOND = URI.create("http://198.51.100.1:8088");

    @Test
    void a_ramdisk_is_told_the_address_that_its_script_came_from() {
        assertThat(arguments(new Rig())).startsWith("bessemer.api=http://198.51.100.1:6386", "bessemer.content=http://198.51.100.1:8088");
    }

    @Test
    void one_address_for_all_agents_goes_before_that() {
        var fixed = new AgentUrl.Fixed(URI.create("http://203.0.113.5:7001"));
        assertThat(arguments(new Rig(settings -> ConductorSettings.defaults(settings.hostname(), fixed))))
                .startsWith("bessemer.api=http://203.0.113.5:7001", "bessemer.content=http://198.51.100.1:8088");
    }

    private static List<String> arguments(Rig rig) {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        rig.hangBoots();
        rig.verb(LifecycleEvent.INSPECT);
        rig.pass(Duration.ofSeconds(10));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_WAIT);
        return rig.conductor().bootDirectory().ramdisk(rig.mac(), SECOND).orElseThrow().kernelArguments();
    }
}
