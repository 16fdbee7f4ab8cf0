/** The date of a lab: it has none of its own, and one that moved with the computer's would change every run. */

/** Milliseconds since 1970 at virtual time zero: 2026-01-01 00:00:00 UTC. */
export const LAB_EPOCH_MS = 1_767_225_600_000;
