/// Availability zones, host profiles, host pools and hypervisors: what Ironic does not have, in Ironic's style.
package io.bessemer.api.pool;
