package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.FirmwareInterface.Job;
import io.bessemer.core.driver.FirmwareInterface.Update;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.Bmc.Task;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `UpdateService.SimpleUpdate` (DSP0266 "Update service"): the BMC fetches the file from its URL.
record FirmwareUpdate(NodeBmc bmc) {
    private static final Logger LOG = LoggerFactory.getLogger(FirmwareUpdate.class);
    private static final String SIMPLE = "#UpdateService.SimpleUpdate";
    private static final String PROTOCOL = "TransferProtocol";
    private static final String TARGETS = "Targets";
    private static final String NIC = "nic:";
    /// `Starting` is what iDRAC says of a job that is scheduled for the next boot
    private static final Set<String> BEFORE_A_BOOT = Set.of("Starting", "Pending", "Suspended");

    /// Names of the tasks, which are the ends of their paths.
    Set<String> jobs() throws DriverException {
        Set<String> names = new HashSet<>();
        bmc.ask(FirmwareUpdate::tasks).forEach(path -> names.add(name(path)));
        return names;
    }

    Optional<String> begin(Update update, Set<String> before) throws DriverException {
        Optional<String> begun = bmc.ask(FirmwareUpdate::tasks).stream().filter(path -> !before.contains(name(path))).findFirst();
        if (begun.isPresent()) {
            LOG.info("{}: task {} is there already, and was not before", bmc.name(), begun.get());
            return begun;
        }
        Resource root = bmc.ask(Bmc::root);
        Resource service = bmc.get(root.link("/UpdateService").orElse(bmc.info().access().root() + "/UpdateService"));
        String action = service.action(SIMPLE).orElseThrow(() -> bmc.unsupported("has no action %s at %s, by which a BMC fetches firmware by itself. Write this machine's by its vendor's tool"
                .formatted(SIMPLE, service.path())));
        if (!service.flag("/ServiceEnabled").orElse(true)) {
            throw new DriverException(Kind.REFUSED, "%s: its update service %s is turned off. Turn it on at the BMC.".formatted(bmc.name(), service.path()));
        }
        return submit(action, update, protocol(service, update.url()));
    }

    private String protocol(Resource service, String url) throws DriverException {
        String protocol = url.toLowerCase(Locale.ROOT).startsWith("https:") ? "HTTPS" : "HTTP";
        Set<String> taken = bmc.allowed(service, SIMPLE, PROTOCOL);
        if (!taken.isEmpty() && taken.stream().noneMatch(protocol::equalsIgnoreCase)) {
            throw bmc.unsupported("fetches firmware by %s, and not by %s. Offer the file by one of these, if http or https is among them".formatted(taken, protocol));
        }
        return protocol;
    }

    /// The URL alone first, which suffices for most; then what the BMC misses. A BMC of several machines is told at once which one is meant.
    private Optional<String> submit(String action, Update update, String protocol) throws DriverException {
        Map<String, Object> body = NodeBmc.body("ImageURI", update.url());
        if (bmc.ask(bmc::systems).size() > 1) {
            body.put(TARGETS, List.of(target(update.component())));
        }
        for (;;) {
            try {
                return bmc.bmc().submit(action, body);
            } catch (RedfishException e) {
                boolean more = e.reason() == Reason.REFUSED;
                if (more && !body.containsKey(PROTOCOL)) {
                    body.put(PROTOCOL, protocol);
                } else if (more && !body.containsKey(TARGETS)) {
                    body.put(TARGETS, List.of(target(update.component())));
                } else {
                    throw bmc.failed(e);
                }
            }
        }
    }

    /// What of the machine the file is for.
    private String target(String component) throws DriverException {
        Resource system = bmc.system();
        if (component.equals("bmc")) {
            return bmc.managers(system).stream().findFirst().map(Resource::path).orElse(system.path());
        }
        if (component.startsWith(NIC)) {
            for (Resource adapter : RedfishFirmware.adapters(bmc, system)) {
                if (RedfishFirmware.nameOf(adapter).equals(component)) {
                    return adapter.path();
                }
            }
            throw new DriverException(Kind.CONFIGURATION, "%s has no component '%s'. `baremetal node firmware list %s` shows those that it has.".formatted(bmc.name(), component, bmc.node().id()));
        }
        return system.path();
    }

    Job look(String task) throws DriverException {
        return switch (bmc.ask(from -> from.task(task))) {
            case Task.Running running -> new Job.Running(running.state() + (running.percent().isPresent() ? ", %d %%".formatted(running.percent().getAsInt()) : ""),
                    BEFORE_A_BOOT.contains(running.state()));
            case Task.Done _ -> new Job.Done();
            case Task.Failed failed -> new Job.Failed("%s (%s)".formatted(failed.sentence(), failed.state()));
            case Task.Gone _ -> new Job.Forgotten();
        };
    }

    private static List<String> tasks(Bmc bmc) throws RedfishException {
        Optional<String> service = bmc.root().link("/Tasks");
        return service.isEmpty() ? List.of() : NodeBmc.orNone(() -> {
            Optional<String> tasks = bmc.get(service.get()).link("/Tasks");
            return tasks.isEmpty() ? List.of() : bmc.members(tasks.get());
        });
    }

    private static String name(String path) {
        return path.replaceAll("/+$", "").replaceAll(".*/", "");
    }
}
