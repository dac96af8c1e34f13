/// Work that shows whether hardware fails under load.
package io.bessemer.agent.burnin;
