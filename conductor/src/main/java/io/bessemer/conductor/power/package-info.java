/// Keeps the power states we know and those that machines have the same.
package io.bessemer.conductor.power;
