/// DHCP leases, as they are kept.
package io.bessemer.core.lease;
