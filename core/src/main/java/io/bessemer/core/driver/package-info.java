/// What Bessemer asks of hardware. A driver implements these interfaces; the conductor uses them.
package io.bessemer.core.driver;
