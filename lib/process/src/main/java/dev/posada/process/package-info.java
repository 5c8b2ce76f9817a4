/**
 * Starts children that outlive the program that started them, finds them again, keeps their logs.
 *
 * {@snippet :
 * try (var poller = new Poller();
 *         var children = new Children(poller)) {
 *     var child = children.start(ChildCommand.of(Path.of("/usr/bin/program"), List.of("--serve"))
 *             .withLog(new LogFile(Path.of("/var/log/x/program.log"))));
 *     Files.writeString(Path.of("/run/x/program"), child.identity().text());
 *     child.onEnd(ending -> System.out.println("ended: " + ending));
 * }
 * // After a restart, in the same way:
 * ProcessIdentity.parse(Files.readString(Path.of("/run/x/program"))).flatMap(children::adopt);
 * }
 */
@NullMarked
package dev.posada.process;

import org.jspecify.annotations.NullMarked;
