/// `./bessemer events` and `./bessemer webhook`: what happens, and who is told.
package io.bessemer.cli.event;
