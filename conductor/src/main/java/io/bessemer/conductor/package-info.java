/// The lifecycle engine: what clients may do to nodes, what agents may say, and the durable work in between.
package io.bessemer.conductor;
