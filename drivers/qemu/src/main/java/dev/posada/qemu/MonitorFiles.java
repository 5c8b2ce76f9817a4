package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.OpenFile;
import dev.posada.posix.Descriptor;
import dev.posada.qmp.Json;
import java.util.List;

/** Says a client's commands to the monitor together with a file of the client's. */
record MonitorFiles(Monitor monitor) implements Abilities.HandsFilesToMonitor {
    @Override
    public String monitorCommand(String command, boolean human, OpenFile file) {
        try (var copy = Descriptor.copyOf(file.number())) {
            var message = human
                    ? Json.object()
                            .with("execute", "human-monitor-command")
                            .with("arguments", Json.object().with("command-line", command))
                            .toString()
                    : command;
            var answer = monitor.exchange(message, List.of(copy));
            return human
                    ? Json.parse(answer)
                            .asObject()
                            .member("return")
                            .map(Json::text)
                            .orElse(answer)
                    : answer;
        }
    }
}
