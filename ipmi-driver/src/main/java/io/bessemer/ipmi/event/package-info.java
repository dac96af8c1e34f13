/// Entries of a BMC's system event log, and what they mean.
package io.bessemer.ipmi.event;
