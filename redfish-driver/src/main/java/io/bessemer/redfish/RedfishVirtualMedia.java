package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.VirtualMediaInterface;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.RedfishException.Reason;
import io.bessemer.redfish.client.Resource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The virtual drives of a machine, which are at the system or, with older firmware, at its BMC.
final class RedfishVirtualMedia implements VirtualMediaInterface {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishVirtualMedia.class);
    private static final String INSERT = "#VirtualMedia.InsertMedia";
    private static final String EJECT = "#VirtualMedia.EjectMedia";
    private static final int LOOKS = 20;
    private static final long BETWEEN_LOOKS_MILLISECONDS = 500;
    private static final int MOST_ADDITIONS = 3;

    private final Bmcs bmcs;

    RedfishVirtualMedia(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public List<Drive> drives(DriverNode node) throws DriverException {
        List<Drive> drives = new ArrayList<>();
        for (Resource slot : slots(bmcs.of(node))) {
            device(slot).ifPresent(device -> drives.add(new Drive(device, inserted(slot) ? slot.text("/Image").or(() -> slot.text("/ImageName")).orElse("unknown") : null)));
        }
        return drives;
    }

    @Override
    public void attach(DriverNode node, Device device, String image) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        List<Resource> slots = slots(bmc).stream().filter(slot -> devices(slot).contains(device)).toList();
        if (slots.isEmpty()) {
            throw bmc.unsupported("has no virtual drive of kind %s".formatted(device.wire()));
        }
        for (Resource slot : slots) {
            if (inserted(slot)) {
                eject(bmc, slot);
            }
        }
        Resource slot = slots.getFirst();
        insert(bmc, slot, image);
        await(bmc, slot, true, "took %s, and does not show it as inserted. Check that the BMC reaches that URL, and that nobody else uses its virtual drives".formatted(shown(image)));
    }

    @Override
    public void detach(DriverNode node, Set<Device> devices) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        for (Resource slot : slots(bmc)) {
            if (inserted(slot) && devices(slot).stream().anyMatch(devices::contains)) {
                eject(bmc, slot);
            }
        }
    }

    private static List<Resource> slots(NodeBmc bmc) throws DriverException {
        Resource system = bmc.system();
        return bmc.ask(from -> {
            List<String> paths = system.link("/VirtualMedia").isPresent() ? from.members(system.link("/VirtualMedia").get()) : List.of();
            if (paths.isEmpty()) {
                paths = ofManagers(bmc, from, system);
            }
            return NodeBmc.read(from, paths);
        });
    }

    private static List<String> ofManagers(NodeBmc bmc, Bmc from, Resource system) throws RedfishException {
        Set<String> paths = new LinkedHashSet<>();
        List<String> managers = system.links("/Links/ManagedBy");
        for (Resource manager : NodeBmc.read(from, managers.isEmpty() ? from.members(bmc.info().access().root() + "/Managers") : managers)) {
            if (manager.link("/VirtualMedia").isPresent()) {
                paths.addAll(from.members(manager.link("/VirtualMedia").get()));
            }
        }
        return List.copyOf(paths);
    }

    private static Optional<Device> device(Resource slot) {
        return devices(slot).stream().findFirst();
    }

    private static Set<Device> devices(Resource slot) {
        Set<Device> devices = new LinkedHashSet<>();
        for (String type : slot.texts("/MediaTypes")) {
            switch (type) {
                case "CD", "DVD" -> devices.add(Device.CDROM);
                case "Floppy" -> devices.add(Device.FLOPPY);
                case "USBStick" -> devices.add(Device.DISK);
                default -> LOG.debug("{}: media type '{}' is not known", slot.path(), type);
            }
        }
        return devices;
    }

    private static boolean inserted(Resource slot) {
        return slot.flag("/Inserted").orElse(false);
    }

    /// The image alone first: Supermicro refuses members that are not needed. Then what the BMC says that it misses. Lenovo's older ones have no action and are
    /// changed like any resource.
    private static void insert(NodeBmc bmc, Resource slot, String image) throws DriverException {
        Optional<String> action = slot.action(INSERT);
        if (action.isEmpty()) {
            bmc.tell(to -> to.patch(slot.path(), NodeBmc.body("Image", image, "Inserted", true, "WriteProtected", true)));
            return;
        }
        Map<String, Object> body = NodeBmc.body("Image", image);
        for (int additions = 0; ; additions++) {
            try {
                bmc.bmc().post(action.get(), body);
                return;
            } catch (RedfishException e) {
                if (e.reason() == Reason.UNSUPPORTED && additions == 0) {
                    bmc.tell(to -> to.patch(slot.path(), NodeBmc.body("Image", image, "Inserted", true, "WriteProtected", true)));
                    return;
                }
                if (e.reason() != Reason.REFUSED || additions >= MOST_ADDITIONS || !addWhatIsMissing(e, body, image)) {
                    throw bmc.failed(e);
                }
            }
        }
    }

    private static boolean addWhatIsMissing(RedfishException e, Map<String, Object> body, String image) {
        if (e.mentions("TransferProtocolType") && !body.containsKey("TransferProtocolType")) {
            body.put("TransferProtocolType", image.startsWith("https:") ? "HTTPS" : "HTTP");
            return true;
        }
        if (e.mentions("TransferMethod") && !body.containsKey("TransferMethod")) {
            body.put("TransferMethod", "Stream");
            return true;
        }
        if ((e.mentions("UserName") || e.mentions("Password")) && !body.containsKey("UserName")) { // NVIDIA DGX wants some, whatever they are
            body.put("UserName", "none");
            body.put("Password", "none");
            return true;
        }
        return false;
    }

    private static void eject(NodeBmc bmc, Resource slot) throws DriverException {
        Optional<String> action = slot.action(EJECT);
        try {
            if (action.isPresent()) {
                bmc.bmc().post(action.get(), Map.of()); // an empty object: iLO refuses an empty body
            } else {
                bmc.bmc().patch(slot.path(), NodeBmc.body("Image", null, "Inserted", false));
            }
        } catch (RedfishException e) {
            if (inserted(bmc.get(slot.path()))) {
                throw bmc.failed(e);
            }
            LOG.debug("{}: {} is empty already", bmc.name(), slot.path());
        }
        await(bmc, slot, false, "was told to eject %s, and still shows it as inserted".formatted(slot.path()));
    }

    private static void await(NodeBmc bmc, Resource slot, boolean wanted, String otherwise) throws DriverException {
        for (int look = 0; look < LOOKS; look++) {
            if (inserted(bmc.get(slot.path())) == wanted) {
                return;
            }
            try {
                Thread.sleep(BETWEEN_LOOKS_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DriverException(Kind.BUSY, bmc.name() + ": waiting for its virtual drive was interrupted.", e);
            }
        }
        throw new DriverException(Kind.NOT_CONFIRMED, "%s %s (%s).".formatted(bmc.name(), otherwise, slot.path()));
    }

    /// Without a query: it may hold what gives access.
    private static String shown(String image) {
        return image.replaceAll("[?#].*", "");
    }
}
