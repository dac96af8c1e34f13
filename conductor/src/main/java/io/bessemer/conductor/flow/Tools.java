package io.bessemer.conductor.flow;

import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.engine.Doorbell;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.image.ImageLibrary;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.timeline.TimelineStore;

/// What steps work with.
public record Tools(NodeStore nodes, PortStore ports, VifStore vifs, FlowStore flows, AgentStore agents, TimelineStore timelines, ImageLibrary images,
        ConfigDrives configDrives, Doorbell doorbell, Plans plans, ConductorSettings settings) {
}
