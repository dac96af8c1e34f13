/// What the compute agent of a host and the server say to each other: one record per message, each to and from plain maps, so that
/// both sides may use the JSON library they have. What comes from the wire is checked here, and nowhere else.
///
/// The agent reports what is, the server orders what shall be; see `docs/decisions/0040-pools-and-hypervisors.md`.
package io.bessemer.host.protocol;
