package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Chooses the disk that an image goes to: by the node's root device hints, or as Ironic does without them, the smallest disk
/// of at least 4 GiB. Where Ironic is lenient we are not: hints that match two disks are an error, because the wrong one
/// would be overwritten. And where Ironic gives up we do not: a machine's only disk is taken even when it is smaller.
public final class RootDevice {
    private static final long SMALLEST_GUESS = 4 * Disk.GIB;
    private static final Set<String> NUMBERS = Set.of("size");

    private RootDevice() {}

    /// @param hints map of hint to value; null or empty for none
    public static Disk choose(List<Disk> all, Object hints) throws CommandFailedException {
        List<Disk> disks = all.stream().filter(Disk::internal).toList();
        if (disks.isEmpty()) {
            throw new CommandFailedException("this machine has no internal disk." + seen(all));
        }
        if (hints != null && !(hints instanceof Map)) {
            throw new CommandFailedException("root_device must be an object of hints, but is " + hints);
        }
        if (hints instanceof Map<?, ?> map && !map.isEmpty()) {
            return hinted(disks, map);
        }
        return disks.stream().filter(disk -> disk.sizeBytes() >= SMALLEST_GUESS)
                .min(Comparator.comparingLong(Disk::sizeBytes).thenComparing(Disk::name))
                .or(() -> disks.size() == 1 ? Optional.of(disks.getFirst()) : Optional.empty())
                .orElseThrow(() -> new CommandFailedException(
                        "no disk has 4 GiB, and there is more than one: say which by root_device hints." + seen(disks)));
    }

    /// @param hints map of hint to value, all of which must hold
    public static List<Disk> matching(List<Disk> disks, Object hints) throws CommandFailedException {
        if (!(hints instanceof Map<?, ?> map)) {
            throw new CommandFailedException("hints for a disk must be an object, but are " + hints);
        }
        Predicate<Disk> all = _ -> true;
        for (Map.Entry<?, ?> hint : map.entrySet()) {
            all = all.and(matcher(String.valueOf(hint.getKey()), hint.getValue()));
        }
        return disks.stream().filter(all).toList();
    }

    private static Disk hinted(List<Disk> disks, Map<?, ?> hints) throws CommandFailedException {
        List<Disk> matching = matching(disks, hints);
        if (matching.isEmpty()) {
            throw new CommandFailedException("no disk matches the root device hints %s.%s".formatted(hints, seen(disks)));
        }
        if (matching.size() > 1) {
            throw new CommandFailedException("%d disks match the root device hints %s, which must name one: %s.%s".formatted(
                    matching.size(), hints, matching.stream().map(Disk::name).collect(Collectors.joining(", ")), seen(disks)));
        }
        return matching.getFirst();
    }

    private static Predicate<Disk> matcher(String name, Object value) throws CommandFailedException {
        if (name.equals("rotational")) {
            boolean wanted = flag(value);
            return disk -> disk.rotational() == wanted;
        }
        Hint hint = Hint.parse(String.valueOf(value), NUMBERS.contains(name) ? "==" : "s==");
        try {
            if (NUMBERS.contains(name)) {
                hint.matches("0"); // a value that is no number is found here, not at the first disk
            }
        } catch (NumberFormatException e) {
            throw new CommandFailedException("root device hint %s must compare with a number of GiB, but is %s".formatted(name, value));
        }
        return switch (name) {
            case "size" -> disk -> hint.matches(Long.toString(disk.sizeGib()));
            case "model" -> text(hint, Disk::model);
            case "vendor" -> text(hint, Disk::vendor);
            case "serial" -> text(hint, Disk::serial);
            case "wwn" -> text(hint, Disk::wwn);
            case "wwn_with_extension" -> text(hint, Disk::wwnWithExtension);
            case "wwn_vendor_extension" -> text(hint, Disk::wwnVendorExtension);
            case "hctl" -> text(hint, Disk::hctl);
            case "by_path" -> text(hint, Disk::byPath);
            case "name" -> text(hint, Disk::name);
            default -> throw new CommandFailedException(("'%s' is not a root device hint: use model, vendor, serial, size, wwn, wwn_with_extension, "
                    + "wwn_vendor_extension, rotational, hctl, by_path or name").formatted(name));
        };
    }

    /// A disk that lacks the property matches no hint on it, not even `s!=`, as in Ironic.
    private static Predicate<Disk> text(Hint hint, Function<Disk, String> property) {
        return disk -> {
            String found = property.apply(disk);
            try {
                return !found.isEmpty() && hint.matches(found);
            } catch (NumberFormatException e) {
                return false;
            }
        };
    }

    private static boolean flag(Object value) throws CommandFailedException {
        return switch (String.valueOf(value).toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on", "t", "y" -> true;
            case "false", "0", "no", "off", "f", "n" -> false;
            default -> throw new CommandFailedException("root device hint rotational must be true or false, but is " + value);
        };
    }

    /// For people, after a complaint.
    public static String seen(List<Disk> disks) {
        return disks.isEmpty() ? " No disk was seen." : " Seen: " + disks.stream().map(Disk::described).collect(Collectors.joining("; ")) + ".";
    }
}
