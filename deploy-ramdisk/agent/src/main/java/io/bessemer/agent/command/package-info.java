/// What every command has in common: how it tells its progress and how it fails.
package io.bessemer.agent.command;
