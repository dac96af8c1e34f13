/// The agents that run in deploy ramdisks, as the server remembers them.
package io.bessemer.core.agent;
