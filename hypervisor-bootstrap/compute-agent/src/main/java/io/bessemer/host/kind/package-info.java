/// What differs between hypervisors. A vendor adds one with a [io.bessemer.host.kind.Hypervisor] service in a jar of the agent's class path.
package io.bessemer.host.kind;
