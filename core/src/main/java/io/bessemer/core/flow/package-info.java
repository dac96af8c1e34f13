/// Durable work as data: a flow with a cursor, stored beside its node, and the queue that makes a conductor look at it.
package io.bessemer.core.flow;
