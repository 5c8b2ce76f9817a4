package dev.posada.qemu;

import dev.posada.process.RunLog;
import java.util.List;
import java.util.Map;

/** A command as a log shows it: each variable and option with its value on a line of its own, for a shell to read. */
final class CommandText {
    private CommandText() {}

    static String of(Map<String, String> environment, List<String> argv) {
        var text = new StringBuilder();
        environment.forEach((name, value) ->
                text.append(name).append('=').append(RunLog.quoted(value)).append(" \\\n"));
        for (int i = 0; i < argv.size(); i++) {
            boolean option = i + 1 < argv.size()
                    && argv.get(i).startsWith("-")
                    && !argv.get(i + 1).startsWith("-");
            text.append(RunLog.quoted(argv.get(i)));
            text.append(i + 1 == argv.size() ? "\n" : option ? " " : " \\\n");
        }
        return text.toString();
    }
}
