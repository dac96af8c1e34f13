/// Networks, and who of them may have how many connections.
package io.bessemer.core.network;
