/**
 * The driver behind {@code docker:///system}: domains that are containers of a Docker or Podman engine.
 *
 * <p>A domain's container is made when it first starts and stays until the domain is undefined, since what the program
 * wrote to its root file system is the domain's disk. Containers that others made come in as domains by themselves.
 */
@NullMarked
package dev.posada.docker;

import org.jspecify.annotations.NullMarked;
