/// Host pools: what they lack, what each member has to do next, and what the agents on hosts say and are told. The planners are pure;
/// the [io.bessemer.conductor.pool.Reconciler] reads, asks them, and commits. See `docs/decisions/0040-pools-and-hypervisors.md`.
package io.bessemer.conductor.pool;
