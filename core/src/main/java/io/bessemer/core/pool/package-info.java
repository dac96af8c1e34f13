/// Availability zones, host pools and their profiles, and the hypervisors that are their members.
package io.bessemer.core.pool;
