/// `bessemer node`: what the server knows of its machines.
package io.bessemer.cli.node;
