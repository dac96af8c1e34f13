package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.validation.annotation.Validated;

class SettingsCheckTest {
    @Test
    void what_an_installation_has_by_default_is_right() {
        assertThat(faults(Map.of())).isEmpty();
    }

    @Test
    void every_record_of_settings_is_looked_at_and_validated_by_spring_too() throws Exception {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Class<?>> there = new ArrayList<>();
        for (var candidate : scanner.findCandidateComponents("io.bessemer.server")) {
            there.add(Class.forName(candidate.getBeanClassName()));
        }
        assertThat(there).isNotEmpty().allMatch(type -> type.isAnnotationPresent(Validated.class)).containsExactlyInAnyOrderElementsOf(SettingsCheck.ALL);
    }

    @Test
    void all_faults_of_all_records_are_told_at_once_in_order_of_their_keys() {
        assertThat(faults(Map.of("bessemer.ipmi.retries", "-3", "bessemer.ipmi.call-timeout", "soon", "bessemer.ipmi.event-loops", "many",
                "bessemer.api.listen", "127.0.0.1", "bessemer.database.pool-size", "1", "bessemer.images.largest", "huge",
                "bessemer.conductor.boot.power", "0s", "bessemer.pxe.discovery", "perhaps",
                "bessemer.clouds.openstack.interface", "none"))).containsExactly(
                "bessemer.api.listen is '127.0.0.1'; allowed is ADDRESS:PORT with a port of 1 to 65535, such as 127.0.0.1:6385",
                "bessemer.clouds.openstack.auth-url is missing: it must not be blank",
                "bessemer.clouds.openstack.host is missing: it must not be null",
                "bessemer.clouds.openstack.interface is 'none': it must match \"internal|public|admin\"",
                "bessemer.clouds.openstack.password is missing: it must not be blank",
                "bessemer.clouds.openstack.username is missing: it must not be blank",
                "bessemer.conductor.boot.power is 'PT0S': it must be longer than or equal to 1 second",
                "bessemer.database.pool-size is '1': it must be greater than or equal to 2",
                "bessemer.images.largest is 'huge'; allowed is a size such as 64MB, 1GB",
                "bessemer.ipmi.call-timeout is 'soon'; allowed is a duration such as 500ms, 30s, 5m, 1h",
                "bessemer.ipmi.event-loops is 'many'; allowed is a whole number",
                "bessemer.ipmi.retries is '-3': it must be greater than or equal to 0",
                "bessemer.pxe.discovery is 'perhaps'; allowed is true or false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bessemer.agent.listen        | nowhere         | bessemer.agent.listen is 'nowhere'; allowed is ADDRESS:PORT",
        "bessemer.api.listen          | 0.0.0.0:6385    | bessemer.api.listen is '0.0.0.0:6385', and bessemer.api.auth is 'noauth'",
        "bessemer.hosts.port          | 0               | bessemer.hosts.port is '0': it must be greater than or equal to 1",
        "bessemer.hosts.agent-archive | ftp:x           | bessemer.hosts.agent-archive is 'ftp:x': it must be an http or https URL",
        "bessemer.hosts.token-life    | 1s              | bessemer.hosts.token-life is 'PT1S': it must be longer than or equal to 1 minute",
        "bessemer.low-space           | -1GB            | bessemer.low-space is '-1073741824B'; allowed is a size of 0 or more",
        "bessemer.images.largest      | 0B              | bessemer.images.largest is '0B'",
        "bessemer.conductor.clean-step-priority-override[deploy.polish]     | 10   | bessemer.conductor.clean-step-priority-override[deploy.polish] is not known; known are deploy.burnin_cpu",
        "bessemer.conductor.clean-step-priority-override[deploy.erase_devices] | -1 | bessemer.conductor.clean-step-priority-override[deploy.erase_devices] is '-1'; allowed is 0 to 10000",
        "bessemer.database.keep-free  | -1MB            | bessemer.database.keep-free is '-1048576B'",
        "bessemer.pxe.lease-time      | 1s              | bessemer.pxe.lease-time is 'PT1S': it must be longer than or equal to 2 minutes",
        "bessemer.pxe.enabled         | true            | bessemer.pxe.enabled is true, but bessemer.pxe.interfaces names none.",
        "bessemer.pxe.interfaces[0].name | eth1         | bessemer.pxe.interfaces[0].address is missing: it must not be blank",
    })
    void each_fault_names_key_what_was_found_and_what_is_allowed(String key, String value, String fault) {
        assertThat(faults(Map.of(key, value))).anyMatch(told -> told.startsWith(fault));
    }

    @Test
    void a_networks_faults_behind_relays_have_their_whole_keys() {
        Map<String, String> settings = new TreeMap<>(Map.of("bessemer.pxe.interfaces[0].name", "eth1", "bessemer.pxe.interfaces[0].address", "172.22.0.1/24",
                "bessemer.pxe.interfaces[0].range", "172.22.0.100-172.22.0.200", "bessemer.pxe.interfaces[0].relayed[0].network", "10.9.0.0/24",
                "bessemer.pxe.interfaces[0].relayed[0].router", "10.9.0.1"));
        assertThat(faults(settings)).containsExactly("bessemer.pxe.interfaces[0].relayed[0].range is missing; allowed is FIRST-LAST, such as 172.22.0.100-172.22.0.200; none is needed in mode proxy");
        settings.put("bessemer.pxe.interfaces[0].relayed[0].range", "10.9.0.9-10.9.0.8");
        assertThat(faults(settings)).containsExactly("bessemer.pxe.interfaces[0].relayed[0]: DHCP range starts at 10.9.0.9, after its end 10.9.0.8");
        settings.put("bessemer.pxe.interfaces[0].relayed[0].range", "10.9.0.8-10.9.0.9");
        assertThat(faults(settings)).isEmpty();
    }

    @Test
    void a_setting_that_is_none_is_named_and_maps_and_lists_take_what_they_like() {
        Map<String, String> settings = new TreeMap<>(Map.of("bessemer.ipmi.retrys", "3", "bessemer.clouds.c.auth-url", "http://10.0.0.1:5000/v3",
                "bessemer.clouds.c.username", "u", "bessemer.clouds.c.password", "p", "bessemer.clouds.c.host.transport-url", "rabbit://10.0.0.1/",
                "bessemer.clouds.c.host.nova-password", "p", "bessemer.clouds.c.host.options.libvirt.cpu_model_extra_flags", "pcid",
                "bessemer.clouds.c.discover-command", "ssh,ctl", "bessemer.images.file-roots[0]", "/srv", "bessemer.clouds.c.host.cpu-models", "a,b"));
        settings.put("bessemer.pxe.leaseTime", "2h"); // another spelling of a known one
        assertThat(faults(settings)).containsExactly("bessemer.ipmi.retrys is no setting; see docs/reference/configuration.md");
    }

    @Test
    void no_secret_is_told() {
        Map<String, String> cloud = new TreeMap<>(Map.of("bessemer.clouds.c.auth-url", "nonsense://user:s3cret@10.0.0.1/", "bessemer.clouds.c.username", "u",
                "bessemer.clouds.c.password", "s3cret", "bessemer.clouds.c.host.transport-url", "rabbit://nova:s3cret@10.0.0.1/",
                "bessemer.clouds.c.host.nova-password", "s3cret"));
        assertThat(faults(cloud)).singleElement().asString().startsWith("bessemer.clouds.c.auth-url is '").doesNotContain("s3cret");
    }

    @Test
    void the_server_does_not_start_and_says_how_many_faults_there_are() {
        assertThatThrownBy(() -> ServerMain.start(List.of("--bessemer.ipmi.retries=-3", "--bessemer.pxe.lease-time=1s")).close())
                .satisfies(failed -> assertThat(StartFailure.explain(failed)).isEqualTo("""
                        2 settings are wrong:
                          bessemer.ipmi.retries is '-3': it must be greater than or equal to 0
                          bessemer.pxe.lease-time is 'PT1S': it must be longer than or equal to 2 minutes"""));
    }

    private static List<String> faults(Map<String, String> settings) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new TreeMap<>(settings)));
        return SettingsCheck.faults(environment);
    }
}
