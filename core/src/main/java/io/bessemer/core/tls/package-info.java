/// Whom we trust when we are the client of somebody else's server.
package io.bessemer.core.tls;
