package dev.posada.process;

import dev.posada.posix.Poller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program that starts a child, tells its identity, and waits to be killed. */
final class OrphanMaker {
    private OrphanMaker() {}

    public static void main(String[] arguments) {
        var poller = new Poller();
        var children = new Children(poller);
        var child =
                children.start(ChildCommand.of(Path.of("/bin/sh"), List.of("-c", "while sleep 0.05; do echo x; done"))
                        .withLog(new LogFile(Path.of(arguments[0]))));
        System.out.println(child.identity().text());
        child.awaitEnd(Duration.ofMinutes(5));
    }
}
