/// Runs durable work: one loop that takes a node's flow from step to step, and the queue that wakes it.
///
/// The loop is a function of the stores, the clock and the drivers. Wake-ups only hint; truth is in the stores, and every advance is
/// a compare-and-set there. So the process may die between any two lines.
package io.bessemer.conductor.engine;
