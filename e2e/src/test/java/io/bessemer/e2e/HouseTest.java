package io.bessemer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds the arrows of the house: who may depend on whom. `docs/reference/modules.md` is drawn from the same list.
class HouseTest {
    private static final Path PAGE = Path.of("../docs/reference/modules.md");

    /// @param module  folder
    /// @param root    its package
    /// @param floor   as in the design, 1 at the bottom
    /// @param arrows  folders of the modules that it may use
    private record Room(String module, String root, int floor, String purpose, List<String> arrows) {}

    private static final List<Room> ROOMS = List.of(
            new Room("core", "io.bessemer.core", 1, "node, port, lifecycle, driver interfaces, flows", List.of()),
            new Room("deploy-ramdisk/protocol", "io.bessemer.agent.protocol", 1, "what agent and conductor say", List.of()),
            new Room("hypervisor-bootstrap/protocol", "io.bessemer.host.protocol", 1, "what a host's compute agent and the server say",
                    List.of("deploy-ramdisk/protocol")),
            new Room("openstack", "io.bessemer.openstack", 1, "logs in to an OpenStack cloud and calls its services", List.of("core")),
            new Room("db", "io.bessemer.db", 2, "mappers, migrations, stores", List.of("core")),
            new Room("ipmi-driver", "io.bessemer.ipmi", 2, "RMCP+/IPMI 2.0, the `ipmi` hardware type", List.of("core")),
            new Room("redfish-driver", "io.bessemer.redfish", 2, "Redfish, the `redfish` hardware type", List.of("core")),
            new Room("plain-drivers", "io.bessemer.plain", 2, "hardware types without a BMC: `fake-hardware`, `manual-management`", List.of("core")),
            new Room("pxe-server", "io.bessemer.pxe", 2, "DHCP, TFTP, HTTP boot, boot scripts", List.of("core")),
            new Room("hypervisor-bootstrap/nova", "io.bessemer.nova", 2, "hosts join OpenStack Nova, and leave it", List.of("core", "openstack")),
            new Room("notifications", "io.bessemer.notifications", 2, "events to followers, webhooks, Ironic's listeners", List.of("core")),
            new Room("deploy-ramdisk/agent", "io.bessemer.agent", 2, "runs in the ramdisk", List.of("deploy-ramdisk/protocol")),
            new Room("deploy-ramdisk/image", "io.bessemer.ramdisk", 2, "builds kernel and initramfs", List.of("core")),
            new Room("hypervisor-bootstrap/compute-agent", "io.bessemer.host", 2, "runs on a host: joins, verifies, reports",
                    List.of("core", "deploy-ramdisk/protocol", "hypervisor-bootstrap/protocol")),
            new Room("images", "io.bessemer.images", 2, "imports and builds disk images",
                    List.of("core", "openstack", "deploy-ramdisk/protocol", "deploy-ramdisk/image")),
            new Room("conductor", "io.bessemer.conductor", 3, "durable work, flows, power sync",
                    List.of("core", "db", "deploy-ramdisk/protocol", "hypervisor-bootstrap/protocol", "pxe-server")),
            new Room("lab", "io.bessemer.lab", 3, "virtual racks, simulated and QEMU",
                    List.of("core", "ipmi-driver", "pxe-server", "deploy-ramdisk/protocol", "deploy-ramdisk/agent", "hypervisor-bootstrap/protocol")),
            new Room("api", "io.bessemer.api", 4, "REST resources, microversions, errors", List.of("core", "db", "conductor", "notifications", "deploy-ramdisk/protocol", "hypervisor-bootstrap/protocol")),
            new Room("server", "io.bessemer.server", 5, "configuration and wiring",
                    List.of("core", "openstack", "db", "ipmi-driver", "redfish-driver", "plain-drivers", "hypervisor-bootstrap/nova", "pxe-server", "deploy-ramdisk/image", "images",
                            "conductor", "notifications", "api")),
            new Room("cli", "io.bessemer.cli", 5, "the command line",
                    List.of("core", "openstack", "lab", "images", "deploy-ramdisk/image", "server")));

    @Test
    void no_class_uses_a_module_that_its_own_may_not() {
        JavaClasses classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.bessemer");
        assertThat(classes).hasSizeGreaterThan(100);
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            Room room = roomOf(type.getPackageName()).orElseThrow(() -> new AssertionError(type.getName() + " is in no room of the house"));
            type.getDirectDependenciesFromSelf().forEach(dependency -> roomOf(dependency.getTargetClass().getPackageName())
                    .filter(target -> !target.equals(room) && !room.arrows().contains(target.module()))
                    .ifPresent(target -> wrong.add("%s -> %s: %s".formatted(room.module(), target.module(), dependency.getDescription()))));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void no_arrow_runs_up() {
        for (Room room : ROOMS) {
            assertThat(room.arrows()).allSatisfy(arrow -> assertThat(room(arrow).floor()).isLessThanOrEqualTo(room.floor()));
        }
    }

    @Test
    void core_and_the_agent_protocols_need_the_jdk_alone() {
        JavaClasses classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.bessemer.core", "io.bessemer.agent.protocol", "io.bessemer.host.protocol");
        Set<String> foreign = classes.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType().getPackageName())
                .filter(name -> !name.isEmpty() && !name.startsWith("java.") && !name.equals("javax.net.ssl") && !name.startsWith("io.bessemer.")) // of java.base both
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(foreign).isEmpty();
    }

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the house.
    @Test
    void the_committed_drawing_is_the_house() throws Exception {
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    private static String page() {
        StringBuilder text = new StringBuilder("""
                # The modules and their arrows

                Written from the list that `HouseTest` holds the code to. An arrow is a compile-time dependency; there are no others.

                ```mermaid
                flowchart TD
                """);
        for (int floor = 5; floor >= 1; floor--) {
            int here = floor;
            text.append("    subgraph floor%d[floor %d]\n".formatted(floor, floor));
            ROOMS.stream().filter(room -> room.floor() == here)
                    .forEach(room -> text.append("        %s[%s]\n".formatted(id(room.module()), room.module())));
            text.append("    end\n");
        }
        ROOMS.forEach(room -> room.arrows().forEach(arrow -> text.append("    %s --> %s\n".formatted(id(room.module()), id(arrow)))));
        text.append("```\n\n| Module | Package | What it is for |\n| --- | --- | --- |\n");
        ROOMS.forEach(room -> text.append("| %s | `%s` | %s |\n".formatted(room.module(), room.root(), room.purpose())));
        return text.toString();
    }

    private static String id(String module) {
        return module.replaceAll("[^a-z]", "_");
    }

    private static Room room(String module) {
        return ROOMS.stream().filter(room -> room.module().equals(module)).findFirst().orElseThrow();
    }

    /// The longest root wins: `io.bessemer.agent.protocol` is not `io.bessemer.agent`.
    private static Optional<Room> roomOf(String packageName) {
        return ROOMS.stream().filter(room -> packageName.equals(room.root()) || packageName.startsWith(room.root() + "."))
                .max((left, right) -> left.root().length() - right.root().length());
    }
}
