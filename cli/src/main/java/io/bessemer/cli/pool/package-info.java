/// `bessemer pool`, `bessemer hypervisor` and `bessemer zone`.
package io.bessemer.cli.pool;
