package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.fault.Failure;
import io.bessemer.ipmi.command.BmcReset;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.session.IpmiException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The vendor methods of Ironic's `ipmitool` interface.
final class IpmiVendor implements VendorInterface {
    static final String SEND_RAW = "send_raw";
    static final String BMC_RESET = "bmc_reset";

    /// A message over LAN holds 255 bytes at most (IPMI 2.0 §13.8); each takes up to five characters here.
    private static final int LONGEST_RAW = 5 * 255;
    private static final Map<String, Method> METHODS = all();

    private final Bmcs bmcs;

    IpmiVendor(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    private static Map<String, Method> all() {
        Map<String, Method> all = new LinkedHashMap<>();
        all.put(SEND_RAW, new Method(Set.of("POST"), true, true,
                "Send raw bytes to the BMC. Required argument: 'raw_bytes' - a string of raw bytes (e.g. '0x00 0x01')."));
        all.put(BMC_RESET, new Method(Set.of("POST"), true, true,
                "Reset the BMC. Argument: 'warm' (Boolean) - for warm (True, the default) or cold (False) reset."));
        return all;
    }

    @Override
    public Map<String, Method> methods() {
        return METHODS;
    }

    @Override
    public Optional<Object> call(DriverNode node, String method, String httpMethod, Map<String, Object> arguments) throws DriverException {
        switch (method) {
            case SEND_RAW -> bmcs.of(node).run(raw(arguments.get("raw_bytes")));
            case BMC_RESET -> reset(bmcs.of(node), warm(arguments.get("warm")));
            default -> throw new DriverException(DriverException.Kind.UNSUPPORTED, "Vendor method '%s' is none of %s.".formatted(method, METHODS.keySet()));
        }
        return Optional.empty();
    }

    /// A BMC may be gone before it has answered, which is what was asked of it; so `ipmitool` takes it too.
    static void reset(NodeBmc bmc, boolean warm) throws DriverException {
        try {
            bmc.run(new BmcReset(warm));
        } catch (DriverException e) {
            if (!(e.getCause() instanceof IpmiException sent && sent.reason() == IpmiException.Reason.UNCERTAIN)) {
                throw e;
            }
        }
    }

    private static RawCommand raw(Object bytes) {
        if (bytes == null || bytes.equals("")) {
            throw new Failure.Missing("raw_bytes", "Send a string of bytes: network function, command, data, as in '0x06 0x01'.");
        }
        if (!(bytes instanceof String text) || text.length() > LONGEST_RAW) {
            throw new Failure.Invalid("raw_bytes", "must be a string of at most 255 bytes, as in '0x06 0x01'.");
        }
        try {
            return RawCommand.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Failure.Invalid("raw_bytes", e.getMessage() + ".");
        }
    }

    private static boolean warm(Object value) {
        return switch (value) {
            case null -> true;
            case Boolean flag -> flag;
            case String text when Set.of("true", "false").contains(text.toLowerCase(Locale.ROOT)) -> Boolean.parseBoolean(text);
            default -> throw new Failure.Invalid("warm", "must be true, for a warm reset, or false, for a cold one.");
        };
    }
}
