/// The boot timeline: every event of a node's boot, in order.
package io.bessemer.core.timeline;
