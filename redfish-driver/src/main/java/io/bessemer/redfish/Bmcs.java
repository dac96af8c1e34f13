package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;

/// Finds the BMC of a node.
interface Bmcs {
    NodeBmc of(DriverNode node) throws DriverException;
}
