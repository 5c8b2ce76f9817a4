/**
 * The driver behind {@code test:///default}: domains that run nowhere but in memory.
 *
 * <p>It shows what libvirt's test driver shows: a host of sixteen old processors, a running domain named {@code test},
 * figures that grow with the clock. Whoever writes a client tries it here, and our own tests meet an engine that is real
 * down to the driver.
 */
@NullMarked
package dev.posada.simulator;

import org.jspecify.annotations.NullMarked;
