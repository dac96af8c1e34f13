package io.bessemer.api.site;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/chassis`: there are none yet, and clients that list them get an empty list.
@RestController
@RequestMapping("/v1/chassis")
final class ChassisResource {
    @GetMapping({"", "/detail"})
    Map<String, Object> list() {
        return Map.of("chassis", List.of());
    }

    @GetMapping("/{uuid}")
    Map<String, Object> show(@PathVariable String uuid) {
        throw new Failure.NotFound("Chassis", uuid);
    }
}
