package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Bmc;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.session.BmcAccess;
import io.bessemer.ipmi.session.IpmiClient;
import io.bessemer.ipmi.session.IpmiException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// A node's BMC: gives it commands, and words what goes wrong for the person on call.
record NodeBmc(DriverNode node, IpmiDriverInfo info, Bmc bmc, PendingPasswords passwords) implements SensorBmc {
    static NodeBmc of(DriverNode node, IpmiClient client, PendingPasswords passwords) throws DriverException {
        IpmiDriverInfo info = IpmiDriverInfo.of(node);
        try {
            InetAddress resolved = InetAddress.getByName(info.address());
            InetSocketAddress address = new InetSocketAddress(resolved, info.port());
            return new NodeBmc(node, info, new Bmc(client, address, info.access(), node.background(), info.bridge()), passwords);
        } catch (UnknownHostException e) {
            throw new DriverException(Kind.UNREACHABLE, "The host name %s of the BMC of node %s does not resolve. Check driver_info/ipmi_address and DNS."
                    .formatted(info.address(), label(node)), e);
        }
    }

    <R> R run(Command<R> command) throws DriverException {
        return switch (answer(command)) {
            case Answer.Done<R>(R value) -> value;
            case Answer.Refused<R>(CompletionCode code) -> throw refused(command, code);
        };
    }

    @Override
    public <R> Answer<R> answer(Command<R> command) throws DriverException {
        try {
            BmcAccess first = passwords.first(bmc.address(), info);
            try {
                return run(command, first);
            } catch (IpmiException e) {
                BmcAccess other = e.reason() == IpmiException.Reason.WRONG_PASSWORD ? PendingPasswords.other(info, first) : null;
                if (other == null) {
                    throw e;
                }
                Answer<R> answer = run(command, other);
                passwords.took(bmc.address(), other);
                return answer;
            }
        } catch (IpmiException e) {
            throw failed(command, e);
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        }
    }

    private <R> Answer<R> run(Command<R> command, BmcAccess access) throws IpmiException, InterruptedException {
        return new Bmc(bmc.client(), bmc.address(), access, bmc.background(), bmc.bridge()).run(command);
    }

    private DriverException interrupted(Command<?> command, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new DriverException(Kind.BUSY, "%s: %s was interrupted.".formatted(name(), command.title()), e);
    }

    /// Whether a login with this password succeeds. It is a new one in any case: a session that is open goes on whatever its password has become.
    boolean admits(String password) throws DriverException {
        GetDeviceId ask = new GetDeviceId();
        try (IpmiClient fresh = new IpmiClient(bmc.client().settings())) {
            new Bmc(fresh, bmc.address(), info.access().withPassword(password), false).run(ask);
            return true;
        } catch (IpmiException e) {
            if (e.reason() == IpmiException.Reason.WRONG_PASSWORD) {
                return false;
            }
            throw failed(ask, e);
        } catch (InterruptedException e) {
            throw interrupted(ask, e);
        }
    }

    @Override
    public DriverException refused(Command<?> command, CompletionCode code) {
        String said = "%s refused %s: completion code %s.".formatted(name(), command.title(), code);
        return switch (code) {
            case CompletionCode.Generic generic -> switch (generic) {
                case NODE_BUSY, TIMEOUT, OUT_OF_SPACE, RESERVATION_CANCELLED, DUPLICATE, FIRMWARE_UPDATING, BMC_STARTING, SDR_UPDATING ->
                        new DriverException(Kind.BUSY, said + " It is busy, starting, or being updated; try again.");
                case INSUFFICIENT_PRIVILEGE -> new DriverException(Kind.AUTHENTICATION, said
                        + " User '%s' logged in with level %s. Give it more on the BMC, or raise driver_info/ipmi_priv_level."
                                .formatted(info.access().username(), info.access().privilege()));
                case INVALID_COMMAND, INVALID_FOR_LUN -> new DriverException(Kind.UNSUPPORTED, said + " This BMC cannot do it.");
                case NOT_IN_THIS_STATE -> new DriverException(Kind.REFUSED, said + " Look at the machine's power state.");
                case OK, DATA_TRUNCATED, DATA_LENGTH_INVALID, DATA_TOO_LONG, OUT_OF_RANGE, CANNOT_RETURN_BYTES, NOT_PRESENT, INVALID_FIELD,
                        ILLEGAL_FOR_SENSOR, NO_RESPONSE, DESTINATION_UNAVAILABLE, DISABLED, UNSPECIFIED ->
                        new DriverException(Kind.REFUSED, said + " See the BMC's own log for why.");
            };
            case CompletionCode.Other _ -> new DriverException(Kind.REFUSED, said + " Its maker's manual may tell what that means.");
        };
    }

    private DriverException failed(Command<?> command, IpmiException e) {
        String tried = "%s: %s failed: %s.".formatted(name(), command.title(), e.getMessage());
        return switch (e.reason()) {
            case NO_ANSWER -> new DriverException(Kind.UNREACHABLE, tried
                    + " Check the BMC's power and cable, driver_info/ipmi_address and ipmi_port, that UDP to it is not filtered, and that IPMI over LAN"
                    + " is enabled on it.", e);
            case UNCERTAIN -> new DriverException(Kind.UNREACHABLE, tried + " Read the power state before sending it again.", e);
            case CIRCUIT_OPEN -> new DriverException(Kind.UNREACHABLE, tried + " Check the BMC's power and cable, and driver_info/ipmi_address.", e);
            case WRONG_USER -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Check driver_info/ipmi_username, and that the user is enabled for LAN on the BMC.", e);
            case WRONG_PASSWORD -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Check driver_info/ipmi_password: `baremetal node set %s --driver-info ipmi_password=...`.".formatted(node.id()), e);
            case WRONG_BMC_KEY -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Set driver_info/ipmi_hex_kg_key to the BMC's K_G, or clear it on both sides.", e);
            case PRIVILEGE -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Lower driver_info/ipmi_priv_level (OPERATOR is enough for power), or raise the user's privilege on the BMC's LAN channel.", e);
            case NO_CIPHER_SUITE -> new DriverException(Kind.AUTHENTICATION, tried
                    + " Enable cipher suite 17 or 3 for this privilege level on the BMC, or update its firmware;"
                    + " driver_info/ipmi_cipher_suite says which one is used, and allows a weaker one than before.", e);
            case NO_RMCP_PLUS -> new DriverException(Kind.UNSUPPORTED, tried + " Enable IPMI 2.0 (RMCP+, lanplus) on the BMC, or update its firmware.", e);
            case OUT_OF_SESSIONS -> new DriverException(Kind.BUSY, tried
                    + " Somebody else holds them (another conductor, a monitoring system, an open console); they end by themselves after a minute or so.", e);
            case QUEUE -> new DriverException(Kind.BUSY, tried + " It is slow, or much is asked of it at once.", e);
            case BRIDGE -> new DriverException(Kind.UNREACHABLE, tried
                    + " Check driver_info/ipmi_target_channel and ipmi_target_address (and ipmi_transit_* with dual bridging), and that the controller is there.", e);
            case PROTOCOL -> new DriverException(Kind.REFUSED, tried + " Update the BMC's firmware, or restart the BMC.", e);
            case CLOSED -> new DriverException(Kind.BUSY, tried, e);
        };
    }

    /// `BMC 10.0.0.7:623 of node rack1-17 (1be26c0b-...)`
    @Override
    public String name() {
        String host = info.address().contains(":") ? "[" + info.address() + "]" : info.address();
        return "BMC %s:%d of node %s".formatted(host, info.port(), label(node));
    }

    static String label(DriverNode node) {
        String id = node.id().toString();
        return node.name() == null || node.name().isEmpty() || node.name().equals(id) ? id : "%s (%s)".formatted(node.name(), id);
    }
}
