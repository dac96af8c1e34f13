/// Whole node lifetimes on one thread under a virtual clock, with crashes, lost replies, dead BMCs and slow machines, all drawn from
/// one seed.
package io.bessemer.conductor.simulation;
