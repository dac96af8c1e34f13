/// What a ramdisk agent and the server say to each other: one record per message, each to and from plain maps, so that both
/// sides may use the JSON library they have. What comes from the wire is checked here, and nowhere else.
package io.bessemer.agent.protocol;
