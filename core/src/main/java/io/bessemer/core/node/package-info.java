/// Node and port: what is known of a machine, and where it is kept.
package io.bessemer.core.node;
