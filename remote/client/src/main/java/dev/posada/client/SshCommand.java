package dev.posada.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The command line that reaches a daemon through {@code ssh}.
 *
 * <p>On the far side a shell runs either the helper that libvirt installs there, which finds the daemon by itself, or a
 * netcat that connects to the daemon's socket. What libvirt's transports {@code libssh} and {@code libssh2} take as
 * parameters becomes options of the system's client.
 */
final class SshCommand {

    private static final String HELPER = "virt-ssh-helper";

    private SshCommand() {}

    static List<String> of(ConnectionUri uri, boolean readOnly) {
        if (uri.parameter("mode").filter("direct"::equals).isPresent()) {
            throw Failures.unsupportedOperation("Cannot use direct socket mode for ssh transport");
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
            option(command, "BatchMode=yes");
        }
        if (uri.isSet("no_verify")) {
            option(command, "StrictHostKeyChecking=no");
        } else {
            uri.parameter("known_hosts_verify")
                    .ifPresent(how -> option(command, "StrictHostKeyChecking=" + strictness(how)));
        }
        uri.parameter("known_hosts").ifPresent(file -> option(command, "UserKnownHostsFile=" + file));
        uri.parameter("sshauth")
                .ifPresent(ways -> option(command, "PreferredAuthentications=" + authentications(ways)));
        // Behind the dashes a host name can never be taken for an option.
        var host = uri.host().isEmpty() ? "localhost" : uri.host();
        command.addAll(List.of("--", host, "sh -c " + quoted(farScript(uri, readOnly))));
        return command;
    }

    private static void option(List<String> command, String setting) {
        command.addAll(List.of("-o", setting));
    }

    private static String strictness(String how) {
        return switch (how) {
            case "normal" -> "ask";
            case "auto" -> "accept-new";
            case "ignore" -> "no";
            default -> throw Failures.invalidAddress("Invalid host key verification method: '" + how + "'");
        };
    }

    private static String authentications(String ways) {
        var methods = new ArrayList<String>();
        for (var way : ways.split(",", -1)) {
            var method = switch (way.toLowerCase(Locale.ROOT)) {
                case "agent", "privkey" -> "publickey";
                case "password" -> "password";
                case "keyboard-interactive" -> "keyboard-interactive";
                default -> throw Failures.invalidAddress("Invalid authentication method: '" + way + "'");
            };
            if (!methods.contains(method)) {
                methods.add(method);
            }
        }
        return String.join(",", methods);
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
                        : "if command -v " + HELPER + " >/dev/null 2>&1" + withoutPosada(uri, readOnly) + "; then "
                                + helper + "; fi; " + netcat(uri, readOnly);
            default -> throw Failures.invalidAddress("Unknown proxy type '" + proxy + "'");
        };
    }

    /** The helper knows the sockets of libvirt's daemons alone: it is of no use where ours listens, which comes first. */
    private static String withoutPosada(ConnectionUri uri, boolean readOnly) {
        return farSockets(uri, readOnly).stream()
                .filter(socket -> socket.contains(SocketPaths.POSADA))
                .map(socket -> " && [ ! -S " + socket + " ]")
                .collect(Collectors.joining());
    }

    /** Some netcats leave when their input ends only if told so, others do not know the option. */
    private static String netcat(ConnectionUri uri, boolean readOnly) {
        String program = quoted(uri.parameter("netcat").orElse("nc"));
        var script = new StringBuilder();
        script.append("for s in ").append(String.join(" ", farSockets(uri, readOnly)));
        script.append("; do if [ -S \"$s\" ]; then break; fi; done; ");
        script.append("if ").append(program).append(" -h 2>&1 | grep -q -e -q; then q=-q0; else q=; fi; ");
        return script.append("exec ").append(program).append(" $q -U \"$s\"").toString();
    }

    /** Each one word of a shell. */
    private static List<String> farSockets(ConnectionUri uri, boolean readOnly) {
        var named = uri.parameter("socket");
        if (named.isPresent()) {
            return List.of(quoted(named.get()));
        }
        if (SocketPaths.isSession(uri)) {
            return SocketPaths.ofSessionOnAnotherHost(uri);
        }
        return SocketPaths.onAnotherHost(uri, readOnly).stream()
                .map(SshCommand::quoted)
                .toList();
    }

    /** One word for a shell, whatever is in it. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
