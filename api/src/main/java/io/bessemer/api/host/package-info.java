/// What the compute agents of hosts ask, on a port of its own with TLS, and certificates for the clients of hosts.
package io.bessemer.api.host;
