/// The REST API as the command line uses it.
package io.bessemer.cli.client;
