package dev.posada.jvm;

import dev.posada.process.RunLog;
import java.util.List;
import java.util.Map;

/** A command as a line for a shell: variables, program, arguments. */
final class CommandText {
    private CommandText() {}

    static String of(Map<String, String> environment, List<String> argv) {
        var text = new StringBuilder();
        environment.forEach((name, value) ->
                text.append(name).append('=').append(RunLog.quoted(value)).append(' '));
        for (int i = 0; i < argv.size(); i++) {
            text.append(i == 0 ? "" : " ").append(RunLog.quoted(argv.get(i)));
        }
        return text.toString();
    }
}
