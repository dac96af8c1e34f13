package io.bessemer.server;

import io.bessemer.pxe.DhcpMode;
import io.bessemer.pxe.PxeSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.pxe.*`: the boot servers.
///
/// @param enabled       off until an interface is named
/// @param interfaces    where machines boot: one for each provisioning network; networks must not overlap
/// @param discovery     answer MACs that no port has
/// @param leaseTime     of DHCP
/// @param proxyPort     of PXE boot servers, on interfaces with a network in mode `proxy`
/// @param conflictProbe how long an address is asked for, by ARP or behind relays by ICMP, before it is offered to a machine that did not have it; 0s for not at all
/// @param rogueProbe    how often each interface is asked for other DHCP servers; 0s for never
/// @param replyToSource answer a DHCP datagram where it came from: for simulated machines on loopback
/// @param routerAdvertisements answer IPv6 router solicitations, without which iPXE waits about 13 s in each boot
/// @param imageMachines that fetch images at a time on an interface, while others wait; 0: as many as make it busy, measured
@Validated
@ConfigurationProperties("bessemer.pxe")
public record PxeProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue List<@Valid Interface> interfaces,
        @DefaultValue("false") boolean discovery,
        @DefaultValue("67") @Min(1) @Max(65_535) int dhcpPort,
        @DefaultValue("68") @Min(1) @Max(65_535) int dhcpClientPort,
        @DefaultValue("4011") @Min(1) @Max(65_535) int proxyPort,
        @DefaultValue("69") @Min(1) @Max(65_535) int tftpPort,
        @DefaultValue("8088") @Min(1) @Max(65_535) int httpPort,
        @DefaultValue("1h") @NotNull @DurationMin(minutes = 2) @DurationMax(days = 365) Duration leaseTime,
        @DefaultValue("300ms") @NotNull @DurationMin(millis = 0) @DurationMax(millis = 500) Duration conflictProbe,
        @DefaultValue("10m") @NotNull @DurationMin(millis = 0) @DurationMax(days = 1) Duration rogueProbe,
        @DefaultValue("false") boolean replyToSource,
        @DefaultValue("true") boolean routerAdvertisements,
        @DefaultValue("0") @Min(0) @Max(4096) int imageMachines) implements CheckedSettings {

    /// @param name           of the NIC: `eth1`
    /// @param address        of this server on it, with its prefix: `172.22.0.1/24`
    /// @param mode           `server`: machines have their addresses from us; `proxy`: from the site's own DHCP server, and from us only what to boot
    /// @param range          addresses to give: `172.22.0.100-172.22.0.200`, several with commas between them; required in mode `server`, empty in mode `proxy`
    /// @param reservations   addresses of single machines, within the ranges or not: `52:54:00:12:34:56=172.22.0.20`
    /// @param router         given to machines, empty for none
    /// @param dns            given to machines
    /// @param relayed        networks behind routers whose DHCP relays send to `address`
    /// @param foreignServers addresses of DHCP servers that may answer here: the site's, or another Bessemer's on the same database. Others are warned of;
    ///                       when none is listed, all are in mode `proxy` and none is in mode `server`
    public record Interface(@NotBlank String name, @NotBlank String address, @DefaultValue("server") @NotNull DhcpMode mode, @DefaultValue("") String range,
            @DefaultValue List<String> reservations, @DefaultValue("") String router, @DefaultValue List<String> dns, @DefaultValue List<@Valid Relayed> relayed,
            @DefaultValue List<String> foreignServers) {}

    /// @param network      with its prefix: `10.9.0.0/24`; relays have an address in it, or name one in option 82 (link selection)
    /// @param mode         as of the interface
    /// @param range        addresses to give: `10.9.0.100-10.9.0.200`, several with commas between them; required in mode `server`, empty in mode `proxy`
    /// @param reservations addresses of single machines, within the ranges or not: `52:54:00:12:34:56=10.9.0.20`
    /// @param router       given to machines, which do not stand in our network: they cannot reach us without one; required in mode `server`
    /// @param dns          given to machines
    public record Relayed(@NotBlank String network, @DefaultValue("server") @NotNull DhcpMode mode, @DefaultValue("") String range, @DefaultValue List<String> reservations,
            @DefaultValue("") String router, @DefaultValue List<String> dns) {}

    @Override
    public void check() {
        parsedInterfaces();
        if (enabled) {
            requireInterfaces();
        }
    }

    void requireInterfaces() {
        if (interfaces.isEmpty()) {
            throw new IllegalArgumentException("bessemer.pxe.enabled is true, but bessemer.pxe.interfaces names none. Add at least one, with name, "
                    + "address (172.22.0.1/24) and range (172.22.0.100-172.22.0.200).");
        }
    }

    /// @throws IllegalArgumentException that tells every fault
    List<PxeSettings.Interface> parsedInterfaces() {
        return ProvisioningInterfaces.parse(interfaces);
    }
}
