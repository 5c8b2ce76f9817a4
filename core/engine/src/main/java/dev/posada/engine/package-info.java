/** Registries, jobs, persistence, events and access checks: what the daemon is, without the wire. */
@NullMarked
package dev.posada.engine;

import org.jspecify.annotations.NullMarked;
