/// Hosts join OpenStack Nova and leave it: [io.bessemer.nova.NovaCloud]. Every step looks at what Nova and Placement have first, so that
/// it may be called again at any point; nothing is kept here but a token.
package io.bessemer.nova;
