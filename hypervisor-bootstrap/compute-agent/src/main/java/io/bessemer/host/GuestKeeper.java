package io.bessemer.host;

import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Guests;
import io.bessemer.host.protocol.GuestOrder;
import io.bessemer.host.protocol.HostOrders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Keeps guests as ordered, each for itself: one that fails is told, and holds up none. Guests that no order names are left alone, and so
/// is one on its way to another host.
final class GuestKeeper {
    /// hash of the definition that libvirt was given last, one file a guest; libvirt's own text never equals what was given
    private static final String DEFINED = "/var/lib/bessemer/guests/";
    /// a guest that was asked to shut down is waited for so long
    private static final Duration POLITENESS = Duration.ofSeconds(60);
    private static final int LONGEST_ERROR = 1000;

    private final HostFiles files;
    private final LibvirtLink libvirt;
    private final Moves moves;
    private final Runnable changed;
    private final Map<UUID, Long> asked = new HashMap<>();
    private volatile Map<String, String> errors = Map.of();
    private volatile String followed = "";

    /// @param changed called when errors came or went
    GuestKeeper(HostFiles files, LibvirtLink libvirt, Moves moves, Runnable changed) {
        this.files = files;
        this.libvirt = libvirt;
        this.moves = moves;
        this.changed = changed;
    }

    /// Why guests are not as ordered, by UUID.
    Map<String, String> errors() {
        return errors;
    }

    /// id of the orders that were followed last: nothing that earlier ones asked for is under way.
    String followed() {
        return followed;
    }

    /// Whether a guest is waited for that shall shut down.
    boolean waits() {
        return !asked.isEmpty();
    }

    /// To be called by one thread.
    void follow(HostOrders orders) throws IOException {
        Connection connection = libvirt.get().orElseThrow(() -> new IOException(libvirt.error()));
        Map<UUID, Connection.Guest> present = connection.guests().stream().collect(Collectors.toMap(Connection.Guest::id, Function.identity()));
        boolean news = !followed.equals(orders.id());
        followed = orders.id();
        moves.follow(orders.moves());
        var found = new LinkedHashMap<String, String>();
        for (GuestOrder order : orders.guests()) {
            if (moves.busy(order.uuid())) {
                continue;
            }
            try {
                keep(new Guests(connection), order, present.get(order.uuid()));
            } catch (IOException | RuntimeException e) {
                String error = String.valueOf(e.getMessage());
                found.put(order.uuid().toString(), error.substring(0, Math.min(LONGEST_ERROR, error.length())));
                Console.sayOnce("guest " + order.name(), error);
            }
        }
        asked.keySet().removeIf(guest -> orders.guests().stream().noneMatch(order -> order.uuid().equals(guest)));
        news |= !found.equals(errors);
        errors = Map.copyOf(found);
        if (news) {
            changed.run();
        }
    }

    /// @param found null when it is not here
    private void keep(Guests guests, GuestOrder order, Connection.Guest found) throws IOException {
        String defined = DEFINED + order.uuid();
        if (order.state() == GuestOrder.GuestState.ABSENT) {
            if (found != null) {
                guests.remove(found.name());
                Console.say("guest %s removed".formatted(found.name()));
            }
            files.delete(defined);
            return;
        }
        String hash = hash(order.xml());
        if (found == null || files.text(defined).filter(hash::equals).isEmpty()) {
            guests.define(order.xml());
            files.write(defined, hash, "rw-------");
            Console.say("guest %s defined".formatted(order.name()));
        }
        boolean active = found != null && found.active();
        if (order.state() == GuestOrder.GuestState.RUNNING) {
            asked.remove(order.uuid());
            if (!active) {
                guests.start(order.name());
                Console.say("guest %s started".formatted(order.name()));
            }
            return;
        }
        if (!active) {
            asked.remove(order.uuid());
        } else if (System.nanoTime() - asked.computeIfAbsent(order.uuid(), _ -> System.nanoTime()) < POLITENESS.toNanos()) {
            guests.shutDown(found.name());
        } else {
            guests.stop(found.name());
            Console.say("guest %s did not shut down within %d s, and was stopped".formatted(found.name(), POLITENESS.toSeconds()));
        }
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
