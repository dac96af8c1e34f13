package io.bessemer.server.metrics;

import io.bessemer.api.metrics.Metrics;
import io.bessemer.conductor.power.PowerSync;
import io.bessemer.core.node.NodeStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Names begin with `bessemer.`, which Prometheus reads as `bessemer_`; those of the Java machine are Micrometer's.
public final class PrometheusMetrics implements Metrics, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrometheusMetrics.class);
    private static final String NODES = "bessemer.nodes";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final NodeStore nodes;
    private final MultiGauge states;
    private final Map<String, Supplier<? extends Map<?, Long>>> counted;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /// @param counted what is counted, by what it is of: `ipmi`, `boot`; names may come later than this
    public PrometheusMetrics(NodeStore nodes, PowerSync powerSync, Map<String, Supplier<? extends Map<?, Long>>> counted) {
        this.nodes = nodes;
        this.counted = Map.copyOf(counted);
        this.states = MultiGauge.builder(NODES).description("Nodes by provision state, those in maintenance apart").register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        power(powerSync);
    }

    private void power(PowerSync sync) {
        gauge("bessemer.power.sync.nodes", "Nodes whose power is compared with what it should be", sync, one -> one.figures().nodes());
        gauge("bessemer.power.sync.behind", "Of these, those not read for two intervals", sync, one -> one.figures().behind());
        gauge("bessemer.power.sync.oldest.seconds", "Age of the oldest reading", sync, one -> one.figures().oldest().toMillis() / 1000.0);
        counter("bessemer.power.sync.readings", "Power states read", sync, one -> one.figures().readings());
        counter("bessemer.power.sync.failures", "Power states that could not be read", sync, one -> one.figures().failures());
        counter("bessemer.power.sync.differences", "Machines that were not as stored", sync, one -> one.figures().differences());
    }

    private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(description).strongReference(true).register(registry);
    }

    private <T> void counter(String name, String description, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).description(description).register(registry);
    }

    /// For what measures itself.
    PrometheusMeterRegistry registry() {
        return registry;
    }

    @Override
    public String text() {
        states.register(states(), true);
        counted.forEach(this::meet);
        return registry.scrape();
    }

    /// None while the database cannot be asked: that is when the other figures are wanted most.
    private List<MultiGauge.Row<?>> states() {
        try {
            return nodes.counts().stream().<MultiGauge.Row<?>>map(count -> MultiGauge.Row.of(
                    Tags.of("provision_state", count.state().wire(), "maintenance", Boolean.toString(count.maintenance())), count.nodes())).toList();
        } catch (RuntimeException e) {
            LOG.warn("Nodes are left out of the figures: {}", e.toString());
            return List.of();
        }
    }

    /// A name that was counted for the first time since the last look becomes a counter.
    private void meet(String of, Supplier<? extends Map<?, Long>> counts) {
        for (Object name : counts.get().keySet()) {
            String event = name.toString().toLowerCase(Locale.ROOT);
            if (known.add(of + "/" + event)) {
                FunctionCounter.builder("bessemer." + of + ".events", counts, now -> now.get().getOrDefault(name, 0L)).tags("event", event)
                        .description("What happened since the start").register(registry);
            }
        }
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
