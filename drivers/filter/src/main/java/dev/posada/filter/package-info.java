/**
 * Filters of guests' packets, as tables of nftables for bridges: one table a link, replaced as a whole.
 */
@NullMarked
package dev.posada.filter;

import org.jspecify.annotations.NullMarked;
