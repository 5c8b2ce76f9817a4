/** Reads the database of operating systems that libosinfo's tools share. */
@NullMarked
package dev.posada.osinfo;

import org.jspecify.annotations.NullMarked;
