/// Guests of Bessemer's own hosts.
package io.bessemer.cli.guest;
