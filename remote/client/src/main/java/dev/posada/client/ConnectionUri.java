package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A connection's address, {@code DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH[?PARAMETERS]}, taken apart.
 *
 * <p>The parameters a transport understands steer how the daemon is reached; all others belong to the driver and
 * travel to it.
 *
 * @param text the whole address as it was given
 * @param driver what the daemon is asked to drive, such as {@code qemu}; {@code remote} leaves that to the daemon
 * @param transport how the daemon is reached; empty when the address leaves it open
 * @param user empty when none is named
 * @param host empty for this machine
 * @param port empty for the transport's usual port
 * @param path with its leading slash, such as {@code /system}
 * @param parameters in their order, decoded; a repeated one keeps its last value
 */
public record ConnectionUri(
        String text,
        String driver,
        String transport,
        String user,
        String host,
        OptionalInt port,
        String path,
        Map<String, String> parameters) {

    private static final int MAX_CHARS = 16_384;
    private static final int MAX_PORT = 65_535;

    /** Parameters that say how to reach the daemon and mean nothing to it. */
    private static final Set<String> TRANSPORT_PARAMETERS = Set.of(
            "name",
            "socket",
            "mode",
            "authfile",
            "command",
            "argv",
            "keyfile",
            "netcat",
            "no_tty",
            "no_verify",
            "known_hosts",
            "known_hosts_verify",
            "sshauth",
            "proxy",
            "pkipath",
            "tls_priority");

    public ConnectionUri {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Takes an address apart.
     *
     * @throws PosadaException with {@link ErrorCode#NO_CONNECT} when it names no driver, with {@link
     *     ErrorCode#INTERNAL_ERROR} when it is not of this form
     */
    public static ConnectionUri parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw invalid("connection URI is longer than " + MAX_CHARS + " characters");
        }
        checkCharacters(text);
        int schemeEnd = text.indexOf(':');
        if (schemeEnd < 0) {
            throw new PosadaException(
                    ErrorCode.NO_CONNECT, ErrorOrigin.NONE, "URI '" + text + "' does not include a driver name");
        }
        if (schemeEnd == 0) {
            throw unparsable(text);
        }
        String scheme = text.substring(0, schemeEnd);
        int plus = scheme.indexOf('+');
        String rest = text.substring(schemeEnd + 1);
        int question = rest.indexOf('?');
        String location = question < 0 ? rest : rest.substring(0, question);
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(text, rest.substring(question + 1));
        String authority = "";
        String path = location;
        if (location.startsWith("//")) {
            int slash = location.indexOf('/', 2);
            authority = slash < 0 ? location.substring(2) : location.substring(2, slash);
            path = slash < 0 ? "" : location.substring(slash);
        }
        int at = authority.lastIndexOf('@');
        String hostAndPort = authority.substring(at + 1);
        int hostEnd = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.lastIndexOf(':');
        if (hostEnd <= 0) {
            hostEnd = hostAndPort.length();
        }
        return new ConnectionUri(
                text,
                plus < 0 ? scheme : scheme.substring(0, plus),
                plus < 0 ? "" : scheme.substring(plus + 1).toLowerCase(Locale.ROOT),
                decode(text, at < 0 ? "" : authority.substring(0, at)),
                decode(text, hostAndPort.substring(0, hostEnd).replace("[", "").replace("]", "")),
                port(text, hostAndPort.substring(hostEnd)),
                decode(text, path),
                parameters);
    }

    /** The transport in effect: the one named, else {@code unix} for this machine and {@code tls} for another. */
    public String effectiveTransport() {
        if (!transport.isEmpty()) {
            return transport;
        }
        return host.isEmpty() ? "unix" : "tls";
    }

    /** A parameter's value. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * Whether a yes-or-no parameter, which takes a number, is set to another than 0.
     *
     * @throws PosadaException when it is set to something else
     */
    boolean isSet(String name) {
        var value = parameters.get(name);
        if (value == null) {
            return false;
        }
        try {
            return Integer.parseInt(value) != 0;
        } catch (NumberFormatException e) {
            throw Failures.invalidAddress("Failed to parse value of URI component " + name);
        }
    }

    /** Whether a text can be an alias: letters, digits, underscores and dashes, as no address is. */
    static boolean isAliasName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /**
     * What the daemon is told to open: this address without all that concerned the way to it. Parameters nobody here
     * knows are kept; {@code name=} replaces the whole; {@code remote} alone lets the daemon choose.
     */
    public String nameForDaemon() {
        return parameter("name").orElseGet(() -> {
            if (driver.equals("remote") && (path.isEmpty() || path.equals("/"))) {
                return "";
            }
            List<String> kept = new ArrayList<>();
            int question = text.indexOf('?');
            if (question >= 0) {
                for (String parameter : text.substring(question + 1).split("[&;]", -1)) {
                    int equals = parameter.indexOf('=');
                    String name = decode(text, equals < 0 ? parameter : parameter.substring(0, equals));
                    if (!parameter.isEmpty() && !TRANSPORT_PARAMETERS.contains(name)) {
                        kept.add(parameter);
                    }
                }
            }
            return driver + "://" + path + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
        });
    }

    @Override
    public String toString() {
        return text;
    }

    private static Map<String, String> parameters(String text, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("[&;]", -1)) {
            int equals = parameter.indexOf('=');
            if (!parameter.isEmpty()) {
                parameters.put(
                        decode(text, equals < 0 ? parameter : parameter.substring(0, equals)),
                        equals < 0 ? "" : decode(text, parameter.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static OptionalInt port(String text, String portPart) {
        if (portPart.isEmpty() || portPart.equals(":")) {
            return OptionalInt.empty();
        }
        try {
            int port = Integer.parseInt(portPart.substring(1));
            if (port >= 0 && port <= MAX_PORT) {
                return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
            }
        } catch (NumberFormatException notANumber) {
            // Refused below with everything else that is no port.
        }
        throw unparsable(text);
    }

    /** Characters that the syntax of addresses leaves out: blanks, quotes, and what shells and people put around them. */
    private static void checkCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || "<>\"{}|\\^`".indexOf(c) >= 0) {
                throw unparsable(text);
            }
        }
    }

    private static String decode(String whole, String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            // The decoder is made for forms, where a plus sign means a blank; here it is a plus sign.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unparsable(whole);
        }
    }

    private static PosadaException unparsable(String text) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.URI, "Unable to parse URI " + text);
    }

    private static PosadaException invalid(String detail) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.URI, detail);
    }
}
