/// How a node moves from rack to host: one table, and what follows from each state.
package io.bessemer.core.lifecycle;
