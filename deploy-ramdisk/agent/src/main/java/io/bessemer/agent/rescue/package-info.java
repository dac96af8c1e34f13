/// Somebody logs in to a machine whose own system does not come up.
package io.bessemer.agent.rescue;
