/// Serial consoles: one reader for each node's line, many watchers; recorded while a flow boots the machine, and live for people.
package io.bessemer.conductor.console;
