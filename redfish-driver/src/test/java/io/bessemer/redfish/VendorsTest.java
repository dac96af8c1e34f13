package io.bessemer.redfish;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.core.driver.ManagementInterface.BootDeviceSetting;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.driver.VirtualMediaInterface.Drive;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.PowerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What each vendor's BMC wants to be told, by its written answers.
class VendorsTest {
    private static final String DELL = "/redfish/v1/Systems/System.Embedded.1";
    private static final String DELL_RESET = DELL + "/Actions/ComputerSystem.Reset";
    private static final String HPE = "/redfish/v1/Systems/1/";
    private static final String SYSTEM = "/redfish/v1/Systems/1";
    private static final String IMAGE = "http://10.0.0.1:8088/ramdisk.iso";

    @Test
    void dell_is_switched_on_off_and_asked_to_shut_down() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("POST", DELL_RESET, 204);
            assertThat(driver.power().state(bmc.node())).isEqualTo(PowerState.OFF);
            driver.power().apply(bmc.node(), PowerAction.ON);
            bmc.set(DELL, "/PowerState", "On");
            assertThat(driver.power().state(bmc.node())).isEqualTo(PowerState.ON);
            for (PowerAction action : List.of(PowerAction.OFF, PowerAction.SOFT_OFF, PowerAction.CYCLE, PowerAction.RESET)) {
                driver.power().apply(bmc.node(), action);
            }
            driver.management().injectNmi(bmc.node());
            assertThat(bmc.sent("POST", DELL_RESET)).containsExactly("{\"ResetType\":\"On\"}", "{\"ResetType\":\"ForceOff\"}", "{\"ResetType\":\"GracefulShutdown\"}",
                    "{\"ResetType\":\"PowerCycle\"}", "{\"ResetType\":\"ForceRestart\"}", "{\"ResetType\":\"Nmi\"}");
        }
    }

    @Test
    void a_machine_that_is_off_is_switched_on_where_others_are_cycled() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("POST", DELL_RESET, 204);
            driver.power().apply(bmc.node(), PowerAction.CYCLE);
            assertThat(bmc.sent("POST", DELL_RESET)).containsExactly("{\"ResetType\":\"On\"}");
        }
    }

    @Test
    void dell_refuses_what_is_the_case_already_and_that_is_no_failure() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("POST", DELL_RESET, 409, StubbedBmc.error("IDRAC.2.8.PSU501", "Server is already powered OFF.", "No response action is required."));
            driver.power().apply(bmc.node(), PowerAction.OFF);
            bmc.set(DELL, "/PowerState", "On");
            assertThatThrownBy(() -> driver.power().apply(bmc.node(), PowerAction.OFF)).isInstanceOf(DriverException.class)
                    .hasMessageContaining("IDRAC.2.8.PSU501: Server is already powered OFF. (No response action is required.)");
        }
    }

    @Test
    void a_machine_on_its_way_is_not_off_yet_and_one_that_does_not_say_is_an_error() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            for (String going : List.of("PoweringOff", "PoweringOn", "Paused")) {
                bmc.set(DELL, "/PowerState", going);
                assertThat(driver.power().state(bmc.node())).isEqualTo(PowerState.ON);
            }
            bmc.set(DELL, "/PowerState", null);
            assertThat(driver.power().state(bmc.node())).isEqualTo(PowerState.ERROR);
        }
    }

    @Test
    void health_is_what_stood_beside_the_power_state() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            assertThat(driver.management().health(StubbedBmc.ID)).isEmpty();
            driver.power().state(bmc.node());
            assertThat(driver.management().health(StubbedBmc.ID)).contains("Warning");
            bmc.set(HPE, "/Status/Health", "Excellent");
            driver.power().state(bmc.node());
            assertThat(driver.management().health(StubbedBmc.ID)).isEmpty();
        }
    }

    @Test
    void dell_is_told_boot_device_and_how_long_and_keeps_its_mode() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", DELL, 200, DELL, "/Boot", Map.of("BootSourceOverrideTarget", "Pxe", "BootSourceOverrideEnabled", "Once"));
            driver.management().setBootDevice(bmc.node(), BootDevice.PXE, BootMode.BIOS, false);
            assertThat(bmc.sent("PATCH", DELL)).containsExactly("{\"Boot\":{\"BootSourceOverrideTarget\":\"Pxe\",\"BootSourceOverrideEnabled\":\"Once\"}}");
            assertThat(driver.management().bootDevice(bmc.node())).isEqualTo(new BootDeviceSetting(Optional.of(BootDevice.PXE), Optional.of(false)));
        }
    }

    @Test
    void a_boot_mode_that_the_operator_wrote_goes_with_the_boot_device() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", DELL, 200, DELL, "/Boot/BootSourceOverrideTarget", "Hdd");
            driver.management().setBootDevice(bmc.node(Map.of("capabilities", "boot_mode:bios")), BootDevice.DISK, BootMode.BIOS, true);
            assertThat(bmc.sent("PATCH", DELL)).containsExactly(
                    "{\"Boot\":{\"BootSourceOverrideTarget\":\"Hdd\",\"BootSourceOverrideEnabled\":\"Continuous\",\"BootSourceOverrideMode\":\"Legacy\"}}");
        }
    }

    @Test
    void a_boot_device_that_reads_back_otherwise_is_told() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", DELL, 200);
            assertThatThrownBy(() -> driver.management().setBootDevice(bmc.node(), BootDevice.PXE, BootMode.UEFI, false)).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.NOT_CONFIRMED)).hasMessageContaining("set was Pxe, it has 'None'");
        }
    }

    @Test
    void hpe_is_not_told_again_what_it_has_and_sends_its_entity_tag_back() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", HPE, 200, HPE, "/Boot/BootSourceOverrideTarget", "Hdd");
            driver.management().setBootDevice(bmc.node(), BootDevice.DISK, BootMode.UEFI, false);
            assertThat(bmc.sent("PATCH", HPE)).containsExactly("{\"Boot\":{\"BootSourceOverrideTarget\":\"Hdd\"}}");
            assertThat(bmc.requests("PATCH", HPE).getFirst().getHeader("If-Match")).isEqualTo("W/\"7010F715\"");
        }
    }

    @Test
    void hpe_in_its_self_test_is_busy_so_that_it_is_asked_again() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("PATCH", HPE, 400, "{\"error\":{\"code\":\"iLO.0.10.ExtendedInfo\",\"message\":\"See @Message.ExtendedInfo for more information.\","
                    + "\"@Message.ExtendedInfo\":[{\"MessageId\":\"iLO.2.14.UnableToModifyDuringSystemPOST\"}]}}");
            assertThatThrownBy(() -> driver.management().setBootDevice(bmc.node(), BootDevice.DISK, BootMode.UEFI, false))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY))
                    .hasMessageContaining("iLO.2.14.UnableToModifyDuringSystemPOST");
        }
    }

    @Test
    void hpe_gives_up_the_old_image_before_it_takes_a_new_one() throws Exception {
        String slot = "/redfish/v1/Managers/1/VirtualMedia/2/";
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            assertThat(driver.virtualMedia().orElseThrow().drives(bmc.node())).containsExactly(new Drive(Device.FLOPPY, null), new Drive(Device.CDROM, "http://10.0.0.1/old.iso"));
            bmc.takes("POST", slot + "Actions/VirtualMedia.InsertMedia/", 200, slot, "/Image", IMAGE);
            bmc.takes("POST", slot + "Actions/VirtualMedia.EjectMedia/", 200, slot, "/Inserted", false);
            driver.virtualMedia().orElseThrow().detach(bmc.node(), Set.of(Device.CDROM));
            assertThat(bmc.sent("POST", slot + "Actions/VirtualMedia.EjectMedia/")).containsExactly("{}");
        }
    }

    @Test
    void hpe_without_reset_to_cycle_is_restarted() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("POST", HPE + "Actions/ComputerSystem.Reset/", 200);
            driver.power().apply(bmc.node(), PowerAction.CYCLE);
            assertThat(bmc.sent("POST", HPE + "Actions/ComputerSystem.Reset/")).containsExactly("{\"ResetType\":\"ForceRestart\"}");
        }
    }

    @Test
    void supermicro_is_told_all_of_the_boot_override_and_its_virtual_drive_is_a_usb_one() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", SYSTEM, 200, SYSTEM, "/Boot/BootSourceOverrideTarget", "UsbCd");
            driver.management().setBootDevice(bmc.node(), BootDevice.CDROM, BootMode.UEFI, false);
            assertThat(bmc.sent("PATCH", SYSTEM)).containsExactly(
                    "{\"Boot\":{\"BootSourceOverrideTarget\":\"UsbCd\",\"BootSourceOverrideEnabled\":\"Once\",\"BootSourceOverrideMode\":\"Legacy\"}}");
        }
    }

    @Test
    void supermicro_says_its_resets_in_another_resource_and_misses_the_protocol_of_an_image() throws Exception {
        String slot = "/redfish/v1/Managers/1/VirtualMedia/VirtualMedia1";
        String insert = slot + "/Actions/VirtualMedia.InsertMedia";
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            assertThatThrownBy(() -> driver.power().apply(bmc.node(), PowerAction.CYCLE)).hasMessageContaining("was answered 404");
            assertThat(bmc.sent("POST", SYSTEM + "/Actions/ComputerSystem.Reset")).containsExactly("{\"ResetType\":\"ForceRestart\"}");
            bmc.takes("POST", insert, 200, slot, "/Inserted", true);
            bmc.server.stubFor(post(insert)
                    .withRequestBody(notContaining("TransferProtocolType"))
                    .willReturn(jsonResponse(StubbedBmc.error("Base.1.4.0.GeneralError",
                            "'TransferProtocolType' property which is mandatory to complete the action is missing in the request body.", ""), 400)));
            driver.virtualMedia().orElseThrow().attach(bmc.node(), Device.CDROM, IMAGE);
            assertThat(bmc.sent("POST", insert)).containsExactly("{\"Image\":\"" + IMAGE + "\"}", "{\"Image\":\"" + IMAGE + "\",\"TransferProtocolType\":\"HTTP\"}");
        }
    }

    @Test
    void lenovo_takes_an_image_by_a_change_with_its_entity_tag() throws Exception {
        String slot = "/redfish/v1/Managers/1/VirtualMedia/EXT1";
        try (StubbedBmc bmc = new StubbedBmc("xcc"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", slot, 200, slot, "/Inserted", true);
            driver.virtualMedia().orElseThrow().attach(bmc.node(), Device.CDROM, IMAGE);
            assertThat(bmc.sent("PATCH", slot)).containsExactly("{\"Image\":\"" + IMAGE + "\",\"Inserted\":true,\"WriteProtected\":true}");
            assertThat(bmc.requests("PATCH", slot).getFirst().getHeader("If-Match")).isEqualTo("\"5f1a\"");
        }
    }

    @Test
    void lenovo_knows_no_lasting_override_and_gets_one_for_the_next_boot() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("xcc"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("PATCH", SYSTEM, 200, SYSTEM, "/Boot/BootSourceOverrideTarget", "Hdd");
            driver.management().setBootDevice(bmc.node(), BootDevice.DISK, BootMode.UEFI, true);
            assertThat(bmc.sent("PATCH", SYSTEM)).containsExactly("{\"Boot\":{\"BootSourceOverrideTarget\":\"Hdd\",\"BootSourceOverrideEnabled\":\"Once\"}}");
            assertThatThrownBy(() -> driver.management().setBootDevice(bmc.node(), BootDevice.UEFIHTTP, BootMode.UEFI, false))
                    .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED)).hasMessageContaining("boot sources [None, Pxe, Cd");
        }
    }

    @Test
    void bios_settings_are_read_with_what_the_registry_says_and_changed_for_the_next_boot() throws Exception {
        String settings = DELL + "/Bios/Settings";
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            BiosInterface bios = driver.bios().orElseThrow();
            List<BiosInterface.Setting> found = bios.settings(bmc.node());
            assertThat(found).extracting(BiosInterface.Setting::name).containsExactly("AcPwrRcvryUserDelay", "AssetTag", "NumLock", "ProcVirtualization");
            assertThat(found.getFirst().value()).isEqualTo("60");
            assertThat(found.getFirst().registry().upperBound()).isEqualTo(600);
            assertThat(found.get(1).value()).isNull();
            assertThat(found.getLast().registry().allowableValues()).containsExactly("Enabled", "Disabled");

            bmc.server.stubFor(patch(urlEqualTo(settings))
                    .willReturn(aResponse().withStatus(202).withHeader("Location", "/redfish/v1/TaskService/Tasks/JID_1")));
            bios.apply(bmc.node(), Map.of("AcPwrRcvryUserDelay", "120"));
            assertThat(bmc.sent("PATCH", settings)).containsExactly("{\"Attributes\":{\"AcPwrRcvryUserDelay\":120},\"@Redfish.SettingsApplyTime\":{\"ApplyTime\":\"OnReset\"}}");
            assertThat(bmc.requests("GET", "/redfish/v1/TaskService/Tasks/JID_1")).isEmpty(); // that job lasts until the machine boots

            assertThatThrownBy(() -> bios.apply(bmc.node(), Map.of("NumLok", "Off"))).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION)).hasMessageContaining("no BIOS setting 'NumLok'");
            assertThatThrownBy(() -> bios.apply(bmc.node(), Map.of("AcPwrRcvryUserDelay", "long"))).hasMessageContaining("is 'long'; allowed is a whole number");

            bmc.takes("POST", DELL + "/Bios/Actions/Bios.ResetBios", 200);
            bios.factoryReset(bmc.node());
            assertThat(bmc.sent("POST", DELL + "/Bios/Actions/Bios.ResetBios")).containsExactly("{}");
        }
    }

    @Test
    void secure_boot_is_read_and_changed_and_needs_uefi() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            assertThat(driver.bootModes().orElseThrow().bootMode(bmc.node())).contains(BootMode.UEFI);
            assertThat(driver.bootModes().orElseThrow().secureBoot(bmc.node())).contains(false);
            bmc.takes("PATCH", DELL + "/SecureBoot", 200);
            driver.bootModes().orElseThrow().setSecureBoot(bmc.node(), true);
            assertThat(bmc.sent("PATCH", DELL + "/SecureBoot")).containsExactly("{\"SecureBootEnable\":true}");
            bmc.takes("PATCH", DELL, 200);
            driver.bootModes().orElseThrow().setBootMode(bmc.node(), BootMode.BIOS);
            assertThat(bmc.sent("PATCH", DELL)).containsExactly("{\"Boot\":{\"BootSourceOverrideMode\":\"Legacy\"}}");
        }
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            assertThat(driver.bootModes().orElseThrow().secureBoot(bmc.node())).isEmpty();
            assertThatThrownBy(() -> driver.bootModes().orElseThrow().setSecureBoot(bmc.node(), true)).hasMessageContaining("boots by BIOS");
        }
    }

    @Test
    void lights_are_those_of_system_and_chassis_in_either_way() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            IndicatorInterface lights = driver.indicators().orElseThrow();
            List<IndicatorInterface.Indicator> all = lights.indicators(bmc.node());
            assertThat(all).extracting(IndicatorInterface.Indicator::uniqueName).containsExactly("1@system", "1@chassis");
            assertThat(lights.state(bmc.node(), all.getFirst())).isEqualTo(IndicatorInterface.State.OFF);
            bmc.takes("PATCH", SYSTEM, 200);
            bmc.takes("PATCH", "/redfish/v1/Chassis/1", 200);
            lights.setState(bmc.node(), all.getFirst(), IndicatorInterface.State.BLINKING);
            lights.setState(bmc.node(), all.getLast(), IndicatorInterface.State.ON);
            driver.management().identify(bmc.node(), 0);
            assertThat(bmc.sent("PATCH", SYSTEM)).containsExactly("{\"IndicatorLED\":\"Blinking\"}", "{\"IndicatorLED\":\"Off\"}");
            assertThat(bmc.sent("PATCH", "/redfish/v1/Chassis/1")).containsExactly("{\"LocationIndicatorActive\":true}");
        }
    }

    @Test
    void identity_and_firmware_are_those_of_system_bmc_and_chassis() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            assertThat(driver.management().identity(bmc.node()).facts()).containsEntry("vendor", "Dell").containsEntry("firmware", "5.10.00.00")
                    .containsEntry("redfish_version", "1.11.0").containsEntry("system", DELL).containsEntry("system_model", "PowerEdge R640")
                    .containsEntry("chassis_asset_tag", "rack 1 slot 17");
            assertThat(driver.firmware().orElseThrow().components(bmc.node())).extracting(component -> component.component() + " " + component.currentVersion())
                    .containsExactly("bios 2.12.2", "bmc 5.10.00.00");
        }
    }

    @Test
    void all_virtual_drives_are_emptied_by_the_vendor_method() throws Exception {
        String slot = "/redfish/v1/Managers/1/VirtualMedia/2/";
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.takes("POST", slot + "Actions/VirtualMedia.EjectMedia/", 200, slot, "/Inserted", false);
            assertThat(driver.vendor().orElseThrow().call(bmc.node(), "eject_vmedia", "POST", Map.of())).isEmpty();
            assertThat(bmc.sent("POST", slot + "Actions/VirtualMedia.EjectMedia/")).hasSize(1);
            assertThatThrownBy(() -> driver.vendor().orElseThrow().call(bmc.node(), "eject_vmedia", "POST", Map.of("boot_device", "tape"))).hasMessageContaining("boot_device");
        }
    }
}
