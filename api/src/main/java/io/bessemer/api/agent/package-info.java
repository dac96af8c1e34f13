/// What ramdisk agents and freshly imaged hosts call. Reachable on the agent port too, which shows nothing else.
package io.bessemer.api.agent;
