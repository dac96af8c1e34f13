/// `bessemer agent`: the compute agent, as hosts fetch it on their first boot.
package io.bessemer.cli.agent;
