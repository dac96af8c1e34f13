/// Ironic's conventions on the wire, for every resource alike.
package io.bessemer.api.wire;
