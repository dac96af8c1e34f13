/// Remote volumes: how a node reaches them (connectors) and which are meant for it (targets). They are kept for clients; no flow uses them yet.
package io.bessemer.core.volume;
