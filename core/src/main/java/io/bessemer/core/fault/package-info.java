/// What can go wrong that a client or operator is told of.
package io.bessemer.core.fault;
