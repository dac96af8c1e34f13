package io.bessemer.api;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/// The whole API. Needs beans of NodeStore, PortStore, TimelineStore, PoolStore, HypervisorStore, NodeService, AgentService,
/// PoolService, HypervisorKind.Known, HostService, Reconciler, [Drivers], [ConductorDirectory],
/// `Authentication` and java.time.Clock.
@Configuration
@ComponentScan
public class ApiConfiguration {
}
