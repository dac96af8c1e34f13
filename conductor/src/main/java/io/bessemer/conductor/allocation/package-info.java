/// Finds nodes for allocations. One pass looks after all that wait, again and again, so that one which a dead process left behind goes on;
/// a node is taken by compare-and-set, so that of many passes at once each takes another.
package io.bessemer.conductor.allocation;
