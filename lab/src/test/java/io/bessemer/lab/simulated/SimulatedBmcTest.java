package io.bessemer.lab.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.NodeId;
import io.bessemer.ipmi.IpmiHardwareType;
import io.bessemer.ipmi.protocol.HandshakeStatus;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.OpenSessionRequest;
import io.bessemer.ipmi.protocol.OpenSessionResponse;
import io.bessemer.ipmi.protocol.PayloadType;
import io.bessemer.ipmi.protocol.Privilege;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.protocol.Rakp3;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SimulatedBmcTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"3", "17"})
    void ipmitool_switches_power_and_boot_device(String suite) throws Exception {
        try (SimulatedRack rack = rack()) {
            SimulatedMachine machine = rack.machines().getFirst();
            assertThat(ipmitool(machine, suite, "secret", "chassis", "power", "status")).contains("is off");
            ipmitool(machine, suite, "secret", "chassis", "bootdev", "pxe", "options=efiboot,persistent");
            assertThat(ipmitool(machine, suite, "secret", "chassis", "bootparam", "get", "5")).contains("Force PXE").contains("EFI").contains("all future boots");
            ipmitool(machine, suite, "secret", "chassis", "power", "on");
            assertThat(ipmitool(machine, suite, "secret", "chassis", "power", "status")).contains("is on");
            ipmitool(machine, suite, "secret", "chassis", "power", "off");
            assertThat(machine.poweredOn()).isFalse();
            assertThat(ipmitool(machine, suite, "secret", "mc", "info")).contains("IPMI Version              : 2.0");
        }
    }

    @Test
    void a_wrong_password_opens_nothing() throws Exception {
        try (SimulatedRack rack = rack()) {
            assertThat(ipmitool(rack.machines().getFirst(), "3", "guess", "chassis", "power", "on")).contains("Unable to establish");
            assertThat(rack.machines().getFirst().poweredOn()).isFalse();
        }
    }

    /// ipmitool begins each of its sessions with the same packet, and its port may be one that another of them had.
    @Test
    void a_session_that_begins_as_one_before_it_is_another() throws Exception {
        byte[] begin = new OpenSessionRequest(0, Privilege.ADMINISTRATOR.code(), 0xa0a2a3a4, 1, 1, 1).encode();
        byte[] random = new byte[Rakp1.RANDOM_LENGTH];
        try (SimulatedRack rack = rack(); DatagramSocket client = new DatagramSocket()) {
            client.connect(new InetSocketAddress(rack.machines().getFirst().spec().bmcAddress(), rack.machines().getFirst().spec().bmcPort()));
            int first = opened(client, begin);
            assertThat(opened(client, begin)).as("the answer was late").isEqualTo(first);
            ask(client, PayloadType.RAKP_1, new Rakp1(0, first, random, Privilege.ADMINISTRATOR.code(), SimulatedRack.BMC_USER).encode());
            assertThat(ask(client, PayloadType.RAKP_3, new Rakp3(0, HandshakeStatus.OK, first, new byte[20]).encode())[1]).isEqualTo((byte) HandshakeStatus.INVALID_INTEGRITY_CHECK_VALUE.code());

            int second = opened(client, begin);
            assertThat(second).isNotEqualTo(first);
            assertThat(ask(client, PayloadType.RAKP_1, new Rakp1(0, second, random, Privilege.ADMINISTRATOR.code(), SimulatedRack.BMC_USER).encode())[1]).isZero();
        }
    }

    private static int opened(DatagramSocket client, byte[] request) throws Exception {
        return OpenSessionResponse.decode(ask(client, PayloadType.OPEN_SESSION_REQUEST, request)) instanceof OpenSessionResponse.Accepted accepted ? accepted.bmcSessionId() : 0;
    }

    private static byte[] ask(DatagramSocket client, int type, byte[] payload) throws Exception {
        byte[] request = IpmiPacket.RmcpPlus.unprotected(type, payload).encode();
        client.send(new DatagramPacket(request, request.length));
        var answer = new DatagramPacket(new byte[IpmiPacket.MAX_LENGTH], IpmiPacket.MAX_LENGTH);
        client.receive(answer);
        return ((IpmiPacket.RmcpPlus) IpmiPacket.decode(Arrays.copyOf(answer.getData(), answer.getLength()))).payload();
    }

    @Test
    void ipmitool_makes_users_who_may_what_their_privilege_says() throws Exception {
        try (SimulatedRack rack = rack()) {
            SimulatedMachine machine = rack.machines().getFirst();
            assertThat(ipmitool(machine, "17", "secret", "user", "summary", "1")).containsPattern("Maximum IDs\\s+: 10").containsPattern("Enabled User Count\\s+: 1")
                    .containsPattern("Fixed Name Count\\s+: 1");
            ipmitool(machine, "17", "secret", "user", "set", "name", "3", "ops");
            assertThat(ipmitool(machine, "17", "secret", "user", "set", "password", "3", "twenty-bytes-are-max", "20")).contains("successful");
            assertThat(ipmitool(machine, "17", "secret", "user", "test", "3", "20", "twenty-bytes-are-max")).contains("Success");
            assertThat(ipmitool(machine, "17", "secret", "user", "test", "3", "20", "another")).contains("password incorrect");
            assertThat(ipmitool(machine, "17", "secret", "user", "test", "3", "16", "another")).contains("wrong password size");
            assertThat(ipmitool(machine, "17", "secret", "channel", "setaccess", "1", "3", "link=on", "ipmi=on", "callin=on", "privilege=3")).contains("successful");
            assertThat(ops(machine, "chassis", "power", "status")).as("not enabled yet").contains("Unable to establish");
            ipmitool(machine, "17", "secret", "user", "enable", "3");
            assertThat(ipmitool(machine, "17", "secret", "user", "summary", "1")).containsPattern("Enabled User Count\\s+: 2");
            assertThat(ipmitool(machine, "17", "secret", "user", "list", "1").lines().map(line -> line.replaceAll("\\s+", " ").strip())).contains(
                    "2 admin true false true ADMINISTRATOR", "3 ops true true true OPERATOR", "4 true false false NO ACCESS");
            assertThat(ops(machine, "chassis", "power", "on")).contains("Up/On");
            assertThat(machine.poweredOn()).isTrue();
            assertThat(ops(machine, "user", "disable", "2")).contains("Insufficient privilege level");
            assertThat(ipmitool(machine, "17", "secret", "user", "set", "name", "1", "root")).as("its name is fixed").contains("Invalid data field in request");
            ipmitool(machine, "17", "secret", "user", "priv", "3", "2", "1");
            assertThat(ops(machine, "chassis", "power", "off")).as("no operator any more").contains("Unable to establish");
            ipmitool(machine, "17", "secret", "user", "priv", "3", "3", "1");
            ipmitool(machine, "17", "secret", "user", "disable", "3");
            assertThat(ops(machine, "chassis", "power", "off")).contains("Unable to establish");
            assertThat(machine.poweredOn()).isTrue();
        }
    }

    @Test
    void our_driver_makes_and_removes_users_as_ipmitool_tells_them() throws Exception {
        try (SimulatedRack rack = rack(); IpmiHardwareType ipmi = new IpmiHardwareType()) {
            SimulatedMachine machine = rack.machines().getFirst();
            DriverNode node = new DriverNode(NodeId.of("1be26c0b-03f2-4d2e-ae87-c02d7f33c123"), "rack1-17", Map.of("ipmi_address", machine.spec().bmcAddress(), "ipmi_port", machine.spec().bmcPort(),
                    "ipmi_username", SimulatedRack.BMC_USER, "ipmi_password", SimulatedRack.BMC_PASSWORD), Map.of(), null, false);
            BmcUsers users = ipmi.bmcUsers().orElseThrow();
            assertThat(users.create(node, OptionalInt.empty(), "ops", "twenty-bytes-are-max", BmcUsers.Privilege.OPERATOR))
                    .isEqualTo(new BmcUsers.User(3, "ops", "OPERATOR", true, true, false, false, false));
            assertThat(ops(machine, "chassis", "power", "status")).contains("is off");
            assertThat(ipmitool(machine, "17", "secret", "user", "summary", "1")).containsPattern("Enabled User Count\\s+: 2");
            assertThat(users.list(node, OptionalInt.empty())).isEqualTo(new BmcUsers.Users(1, 10, 2, 1, List.of(new BmcUsers.User(2, "admin", "ADMINISTRATOR", true, true, false, false, true),
                    new BmcUsers.User(3, "ops", "OPERATOR", true, true, false, false, false))));
            assertThatThrownBy(() -> users.list(node, OptionalInt.of(7))).isInstanceOf(DriverException.class).hasMessageContaining("refused Get User Access (user 1)");
            users.remove(node, OptionalInt.empty(), 3);
            assertThat(ops(machine, "chassis", "power", "status")).contains("Unable to establish");
            assertThat(ipmitool(machine, "17", "secret", "user", "list", "1").lines().map(line -> line.replaceAll("\\s+", " ").strip())).contains("3 true false false NO ACCESS");
        }
    }

    /// In a slot where no demo's machine is, which may run beside.
    private SimulatedRack rack() throws IOException {
        return SimulatedRack.start(directory, 2901, 1, BootNetwork.onLoopback(9, 9), SimulatedMachineSpec.DISK_BYTES);
    }

    private static String ops(SimulatedMachine machine, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("-L", "OPERATOR"));
        all.addAll(List.of(arguments));
        return ipmitoolAs("ops", machine, "17", "twenty-bytes-are-max", all.toArray(String[]::new));
    }

    private static String ipmitool(SimulatedMachine machine, String suite, String password, String... arguments) throws Exception {
        return ipmitoolAs(SimulatedRack.BMC_USER, machine, suite, password, arguments);
    }

    private static String ipmitoolAs(String user, SimulatedMachine machine, String suite, String password, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-C", suite, "-H", machine.spec().bmcAddress(),
                "-p", Integer.toString(machine.spec().bmcPort()), "-U", user, "-P", password, "-N", "1", "-R", "2"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
