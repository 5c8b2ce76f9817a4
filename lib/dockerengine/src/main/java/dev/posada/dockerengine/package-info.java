/**
 * Speaks to an engine of containers, Docker's or Podman's, over its unix socket.
 *
 * <p>What an engine's protocol says is docker-java's: its commands and its types. How the bytes travel is written here, on the
 * JDK's own sockets: every request has a time by which it is answered, every answer a size it may not exceed, and a terminal's
 * connection is a channel that can be closed from either side. What docker-java does badly (importing a file system, attaching,
 * events over the life of an engine) has a class of its own.
 *
 * {@snippet :
 * try (var engine = new DockerEngine(DockerEngine.USUAL_SOCKET)) {
 *     var id = engine.containers().create("web", "busybox:latest", command -> command.withCmd("httpd", "-f"));
 *     engine.containers().start(id);
 *     System.out.println(engine.containers().figures(id).memoryBytes());
 *     engine.containers().remove(id, true, true);
 * }
 * }
 */
@NullMarked
package dev.posada.dockerengine;

import org.jspecify.annotations.NullMarked;
