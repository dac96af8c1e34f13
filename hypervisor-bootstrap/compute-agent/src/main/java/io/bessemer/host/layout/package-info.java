/// What the orders want to be on the host, made so: bridges, networks, storage pools, libvirt's TLS.
package io.bessemer.host.layout;
