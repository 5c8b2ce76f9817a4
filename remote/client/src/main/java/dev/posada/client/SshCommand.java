package dev.posada.client;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line that reaches a daemon through {@code ssh}.
 *
 * <p>On the far side a shell runs either the helper that libvirt installs there, which finds the daemon by itself, or a
 * netcat that connects to the daemon's socket.
 */
final class SshCommand {

    private static final String HELPER = "virt-ssh-helper";

    private SshCommand() {}

    static List<String> of(ConnectionUri uri, boolean readOnly) {
        if (uri.host().isEmpty()) {
            throw Failures.invalidAddress("connection URI '" + uri + "' names no host for ssh");
        }
        if (uri.parameter("mode").filter("direct"::equals).isPresent()) {
            throw Failures.invalidAddress("ssh cannot be used with mode=direct: '" + uri + "'");
        }
        List<String> command = new ArrayList<>();
        command.add(uri.parameter("command").orElse("ssh"));
        uri.port().ifPresent(port -> command.addAll(List.of("-p", Integer.toString(port))));
        if (!uri.user().isEmpty()) {
            command.addAll(List.of("-l", uri.user()));
        }
        uri.parameter("keyfile").ifPresent(keyFile -> command.addAll(List.of("-i", keyFile)));
        command.addAll(List.of("-T", "-e", "none"));
        if (uri.isSet("no_tty")) {
            command.addAll(List.of("-o", "BatchMode=yes"));
        }
        if (uri.isSet("no_verify")) {
            command.addAll(List.of("-o", "StrictHostKeyChecking=no"));
        }
        // Behind the dashes a host name can never be taken for an option.
        command.addAll(List.of("--", uri.host(), "sh -c " + quoted(farScript(uri, readOnly))));
        return command;
    }

    private static String farScript(ConnectionUri uri, boolean readOnly) {
        String proxy = uri.parameter("proxy").orElse("auto");
        String helper = "exec " + HELPER + (readOnly ? " -r " : " ") + quoted(uri.nameForDaemon());
        boolean netcatAsked =
                uri.parameters().containsKey("socket") || uri.parameters().containsKey("netcat");
        return switch (proxy) {
            case "native" -> helper;
            case "netcat" -> netcat(uri, readOnly);
            case "auto" ->
                netcatAsked
                        ? netcat(uri, readOnly)
                        : "if command -v " + HELPER + " >/dev/null 2>&1; then " + helper + "; fi; "
                                + netcat(uri, readOnly);
            default ->
                throw Failures.invalidAddress(
                        "proxy '" + proxy + "' in '" + uri + "' is none of auto, native and netcat");
        };
    }

    /** Some netcats leave when their input ends only if told so, others do not know the option. */
    private static String netcat(ConnectionUri uri, boolean readOnly) {
        String program = quoted(uri.parameter("netcat").orElse("nc"));
        var script = new StringBuilder();
        List<String> sockets =
                uri.parameter("socket").map(List::of).orElseGet(() -> SocketPaths.onAnotherHost(uri, readOnly));
        script.append("for s in");
        sockets.forEach(socket -> script.append(' ').append(quoted(socket)));
        script.append("; do if [ -S \"$s\" ]; then break; fi; done; ");
        script.append("if ").append(program).append(" -h 2>&1 | grep -q -e -q; then q=-q0; else q=; fi; ");
        return script.append("exec ").append(program).append(" $q -U \"$s\"").toString();
    }

    /** One word for a shell, whatever is in it. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
