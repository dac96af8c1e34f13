/// The `ipmi` hardware type: what core asks of a driver, done with [io.bessemer.ipmi.command] over [io.bessemer.ipmi.session]. Only
/// this package knows nodes and `driver_info`; those below know BMCs.
package io.bessemer.ipmi;
