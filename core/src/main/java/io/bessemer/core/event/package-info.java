/// What happened, in one order, for whoever wants to be told: written with the change itself, numbered afterwards, kept for a while.
package io.bessemer.core.event;
