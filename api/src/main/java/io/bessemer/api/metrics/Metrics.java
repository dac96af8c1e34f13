package io.bessemer.api.metrics;

/// All figures of the process, as they are now.
public interface Metrics {
    /// In the text format of Prometheus, version 0.0.4.
    String text();
}
