/// What each flow does, step by step: one file per step, and [io.bessemer.conductor.flow.Flows] that puts them in order.
package io.bessemer.conductor.flow;
