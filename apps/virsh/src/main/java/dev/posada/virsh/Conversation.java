package dev.posada.virsh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell: reads a line, runs it, until the end. */
final class Conversation {
    private final Session session;

    Conversation(Session session) {
        this.session = session;
    }

    int run() {
        var shell = new Shell(session);
        if (!session.quiet()) {
            session.out("Welcome to virsh, the virtualization interactive terminal.\n\n"
                    + "Type:  'help' for help with commands\n       'quit' to quit\n\n");
        }
        try {
            var in = new BufferedReader(new InputStreamReader(session.console().in(), StandardCharsets.UTF_8));
            while (!session.hasEnded()) {
                session.out("virsh # ");
                session.console().out().flush();
                var line = in.readLine();
                if (line == null) {
                    session.out("\n");
                    break;
                }
                session.out(line + "\n");
                shell.run(line);
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
