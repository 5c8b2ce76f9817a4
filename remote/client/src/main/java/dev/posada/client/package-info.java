/** The client: a connection by URI, its domains, events and streams. */
@NullMarked
package dev.posada.client;

import org.jspecify.annotations.NullMarked;
