package dev.posada.host;

import dev.posada.link.HostCommands;
import dev.posada.posix.Poller;
import dev.posada.process.Tools;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program {@code ip} of this host; what is needed to run it is made when it is run first. */
final class IpCommand implements AutoCloseable {
    private @Nullable Poller poller;
    private @Nullable HostCommands commands;

    /**
     * Makes changes, one a line, all of them or those up to the first that fails.
     *
     * @param what what is tried, as errors begin
     * @throws dev.posada.link.LinkException when one fails, or there is no such program
     */
    void batch(String what, List<String> lines) {
        commands().feed(what, String.join("\n", lines) + "\n", List.of("ip", "-batch", "-"));
    }

    /** What a question is answered. */
    String ask(String what, String... words) {
        return commands().run(what, List.of(words));
    }

    private synchronized HostCommands commands() {
        var made = commands;
        if (made == null) {
            var own = new Poller();
            poller = own;
            made = new HostCommands(new Tools(own));
            commands = made;
        }
        return made;
    }

    @Override
    public synchronized void close() {
        if (poller != null) {
            poller.close();
        }
    }
}
