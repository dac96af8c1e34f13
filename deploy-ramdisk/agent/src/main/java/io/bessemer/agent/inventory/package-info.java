/// What is in the machine, in the schema of Ironic's inspection inventory.
package io.bessemer.agent.inventory;
