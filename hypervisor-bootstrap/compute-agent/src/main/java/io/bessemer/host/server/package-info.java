/// The server as the agent sees it.
package io.bessemer.host.server;
