/**
 * Limits and accounts for groups of processes through the kernel's control groups, whichever version the host mounts.
 *
 * <pre>{@code
 * var group = CgroupHost.detect().create("machine/example");
 * group.limitMemory(512L << 20);
 * group.add(pid);
 * }</pre>
 */
@NullMarked
package dev.posada.cgroup;

import org.jspecify.annotations.NullMarked;
