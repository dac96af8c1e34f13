/// `/v1/allocations`, and a node's allocation.
package io.bessemer.api.allocation;
