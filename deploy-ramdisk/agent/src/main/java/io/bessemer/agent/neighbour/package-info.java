/// Delivery of an image from machine to machine: what a machine has written and verified it gives to its neighbours, who verify it again before they write it.
package io.bessemer.agent.neighbour;
