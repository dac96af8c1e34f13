/// Allocations: who wants a machine of what kind, and which one it got (Ironic API 1.52).
package io.bessemer.core.allocation;
