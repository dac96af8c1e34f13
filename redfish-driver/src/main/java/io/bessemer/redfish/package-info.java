/// The `redfish` hardware type: what core asks of a driver, done with [io.bessemer.redfish.client]. Only this package knows nodes and `driver_info`.
package io.bessemer.redfish;
