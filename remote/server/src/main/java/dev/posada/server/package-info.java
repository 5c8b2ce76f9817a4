/** Listeners, authentication, dispatch of calls to the engine, fan-out of events. */
@NullMarked
package dev.posada.server;

import org.jspecify.annotations.NullMarked;
