/**
 * Foreign-function bindings for the few native calls the JDK lacks, on 64-bit Linux with glibc 2.36 or later.
 *
 * <p>Everything that is a file descriptor is a {@link dev.posada.posix.Descriptor}; everything that waits for one does so
 * through a {@link dev.posada.posix.Poller}, of which a program has one. What the kernel refuses is a
 * {@link dev.posada.posix.PosixException}. Java needs {@code --enable-native-access=ALL-UNNAMED} and, for descriptors of its
 * own channels, {@code --add-exports=java.base/sun.nio.ch=ALL-UNNAMED}.
 *
 * {@snippet :
 * try (var poller = new Poller();
 *         var listener = UnixSockets.listen(Path.of("/run/x/monitor"), 0600, 1)) {
 *     int pid = new Spawn(Path.of("/usr/bin/program"), List.of("program", "--listen-fd=3"))
 *             .newSession()
 *             .descriptor(3, listener)
 *             .start();
 *     try (var process = ProcessDescriptor.open(pid).orElseThrow()) {
 *         poller.await(process.descriptor(), Readiness.READABLE, Duration.ofMinutes(1));
 *         process.reap().ifPresent(System.out::println);
 *     }
 * }
 * }
 */
@NullMarked
package dev.posada.posix;

import org.jspecify.annotations.NullMarked;
