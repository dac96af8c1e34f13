/// Redfish (DMTF DSP0266) over HTTPS: logging in, resources, tasks and the BMC's own words when it refuses. Knows BMCs, but no nodes.
package io.bessemer.redfish.client;
