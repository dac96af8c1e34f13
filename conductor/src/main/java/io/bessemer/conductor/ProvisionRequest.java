package io.bessemer.conductor;

import io.bessemer.core.node.Requester;
import java.util.List;
import java.util.Map;

/// What comes with a provision verb (`PUT /v1/nodes/{id}/states/provision`), null where absent.
///
/// @param configDrive    base64 of a gzipped ISO, a URL, or (Ironic API 1.56) a JSON object with `meta_data`, `user_data`,
///                       `network_data`, `vendor_data`
/// @param cleanSteps     `{interface, step, args}`, only with `clean`
/// @param deploySteps    only with `active` and `rebuild`, Ironic API 1.69
/// @param serviceSteps   only with `service`, Ironic API 1.87
/// @param rescuePassword only with `rescue`
/// @param disableRamdisk with `clean` (1.70) and `service`: only steps that need no agent, and no boot for them
/// @param by             who asked
public record ProvisionRequest(Object configDrive, List<Map<String, Object>> cleanSteps, List<Map<String, Object>> deploySteps,
        List<Map<String, Object>> serviceSteps, RescuePassword rescuePassword, boolean disableRamdisk, Requester by) {
    public ProvisionRequest(Object configDrive, List<Map<String, Object>> cleanSteps, List<Map<String, Object>> deploySteps) {
        this(configDrive, cleanSteps, deploySteps, null, null, false, Requester.BESSEMER);
    }

    public static ProvisionRequest plain() {
        return new ProvisionRequest(null, null, null);
    }

    public static ProvisionRequest service(List<Map<String, Object>> steps) {
        return new ProvisionRequest(null, null, null, steps, null, false, Requester.BESSEMER);
    }

    public static ProvisionRequest rescue(RescuePassword password) {
        return new ProvisionRequest(null, null, null, null, password, false, Requester.BESSEMER);
    }
}
