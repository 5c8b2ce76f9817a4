/** Drives the storage of a host: pools and their volumes. */
@NullMarked
package dev.posada.storage;

import org.jspecify.annotations.NullMarked;
