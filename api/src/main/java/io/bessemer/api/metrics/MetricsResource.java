package io.bessemer.api.metrics;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/metrics`, as Prometheus scrapes it.
@RestController
final class MetricsResource {
    private static final MediaType FORMAT = MediaType.valueOf("text/plain;version=0.0.4;charset=utf-8");

    private final Metrics metrics;

    MetricsResource(Metrics metrics) {
        this.metrics = metrics;
    }

    @GetMapping("/metrics")
    ResponseEntity<String> metrics() {
        return ResponseEntity.ok().contentType(FORMAT).body(metrics.text());
    }
}
