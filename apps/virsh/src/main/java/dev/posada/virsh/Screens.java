package dev.posada.virsh;

import dev.posada.client.DataStream;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code screenshot}, and where a guest's screens and terminal are: {@code domdisplay}, {@code vncdisplay}, {@code ttyconsole}. */
final class Screens {
    private static final List<String> SCHEMES = List.of("vnc", "spice", "rdp", "dbus");
    private static final int FIRST_VNC_PORT = 5900;
    private static final String DBUS_SOCKET = "unix:path=";
    private static final int PIECE_BYTES = 64 << 10;

    private Screens() {}

    static Command screenshot() {
        return Command.named("screenshot")
                .summary("take a picture of a guest's screen")
                .options(
                        running(),
                        Option.text("file", "the file to write; made up of name and time where none is given"),
                        Option.number("screen", "which screen, counted from 0"))
                .action(Screens::screenshot);
    }

    private static void screenshot(Call call) {
        var given = call.text("file");
        int screen = call.unsigned("screen").orElse(0);
        var domain = Domains.of(call);
        var shot = call.attempt("could not take a screenshot of " + domain.name(), () -> domain.screenshot(screen));
        var name = given.orElseGet(() -> fileName(domain, shot.mimeType()));
        var file = call.session().folder().resolve(name);
        boolean existed = Files.exists(file);
        try (var stream = shot.stream();
                var out = create(file, name)) {
            receive(call, domain, stream, out, name);
        } catch (IOException e) {
            throw new CommandException("cannot close file " + name);
        } catch (CommandException e) {
            if (!existed) {
                file.toFile().delete();
            }
            throw e;
        }
        call.extra("Screenshot saved to " + name + ", with type of " + shot.mimeType());
    }

    private static String fileName(Domain domain, String mimeType) {
        var suffix = switch (mimeType) {
            case "image/x-portable-pixmap" -> ".ppm";
            case "image/png" -> ".png";
            default -> "";
        };
        var now = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH:mm:ss", Locale.ROOT)
                .format(LocalDateTime.now(ZoneId.systemDefault()));
        return domain.name() + "-" + now + suffix;
    }

    private static OutputStream create(Path file, String name) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new CommandException("cannot create file " + name);
        }
    }

    private static void receive(Call call, Domain domain, DataStream stream, OutputStream out, String name) {
        try {
            var piece = ByteBuffer.allocate(PIECE_BYTES);
            while (stream.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        } catch (PosadaException e) {
            throw new CommandException("could not receive data from domain '" + domain.name() + "'", e);
        } catch (IOException e) {
            throw new CommandException(
                    "could not receive data from domain '" + domain.name() + "'", "cannot write to " + name);
        }
        call.attempt("cannot close stream on domain '" + domain.name() + "'", stream::finish);
    }

    static Command domdisplay() {
        return Command.named("domdisplay")
                .summary("tell where a guest's screen can be looked at")
                .description("Tells the address at which a viewer reaches the screen of a running guest.")
                .options(
                        running(),
                        Option.flag("include-password", "with the password"),
                        Option.text("type", "only screens of this kind, such as vnc or spice")
                                .completing(Completer.words("vnc", "spice", "rdp", "dbus")),
                        Option.flag("all", "all screens, not only the first"))
                .action(Screens::domdisplay);
    }

    private static void domdisplay(Call call) {
        var domain = Domains.of(call);
        if (!domain.isActive()) {
            throw new CommandException("Domain is not running");
        }
        var document = call.has("include-password")
                ? DomainParts.document(domain, Flag.Xml.SECURE)
                : DomainParts.document(domain);
        var type = call.text("type");
        var found = new ArrayList<String>();
        for (var scheme : SCHEMES) {
            if (type.isPresent() && !type.get().equals(scheme)) {
                continue;
            }
            graphics(document, scheme)
                    .flatMap(screen -> scheme.equals("dbus") ? busAddress(call, screen) : address(call, scheme, screen))
                    .ifPresent(found::add);
            if (!found.isEmpty() && !call.has("all")) {
                break;
            }
        }
        if (found.isEmpty()) {
            throw new CommandException(
                    type.isPresent()
                            ? "No graphical display with type '" + type.get() + "' found"
                            : "No graphical display found");
        }
        if (call.json()) {
            call.printJson(java.util.Map.of("displays", found));
        } else if (call.has("all")) {
            found.forEach(call::println);
        } else {
            call.print(found.getFirst());
        }
    }

    private static Optional<Element> graphics(Element document, String type) {
        return DomainParts.devices(document, "graphics").stream()
                .filter(screen -> screen.has("type", type))
                .findFirst();
    }

    private static Optional<String> busAddress(Call call, Element screen) {
        var address = screen.attribute("address");
        if (address.isEmpty()) {
            return address;
        }
        if (!address.get().startsWith(DBUS_SOCKET)) {
            call.complain("'" + address.get() + "' D-Bus address is not handled");
            return Optional.empty();
        }
        return Optional.of("dbus+unix://" + address.get().substring(DBUS_SOCKET.length()));
    }

    private static Optional<String> address(Call call, String scheme, Element screen) {
        int port = number(screen, "port");
        int tlsPort = number(screen, "tlsPort");
        var socket = screen.attribute("socket")
                .or(() -> screen.child("listen").flatMap(listen -> listen.attribute("socket")));
        if (port == 0 && tlsPort == 0 && socket.isEmpty()) {
            return Optional.empty();
        }
        var password = screen.attribute("passwd");
        var address = new StringBuilder(scheme).append(socket.isPresent() ? "+unix://" : "://");
        if (scheme.equals("vnc") && password.isPresent()) {
            address.append(':').append(password.get()).append('@');
        }
        address.append(socket.orElseGet(() -> host(call, screen)));
        if (port != 0) {
            address.append(':').append(scheme.equals("vnc") ? port - FIRST_VNC_PORT : port);
        }
        var parameters = new ArrayList<String>();
        if (tlsPort != 0) {
            parameters.add("tls-port=" + tlsPort);
        }
        if (scheme.equals("spice") && password.isPresent()) {
            parameters.add("password=" + password.get());
        }
        if (!parameters.isEmpty()) {
            address.append('?').append(String.join("&", parameters));
        }
        return Optional.of(address.toString());
    }

    private static String host(Call call, Element screen) {
        var host = screen.attribute("listen")
                .or(() -> screen.child("listen").flatMap(listen -> listen.attribute("address")))
                .filter(text -> !text.isEmpty());
        if (host.isPresent() && (host.get().equals("0.0.0.0") || host.get().equals("::"))) {
            // All of the daemon's addresses: the one that we reach it by is one of them.
            host = Optional.of(call.connection().uri().host()).filter(text -> !text.isEmpty());
        }
        var name = host.orElse("localhost");
        return name.contains(":") ? "[" + name + "]" : name;
    }

    private static int number(Element screen, String attribute) {
        try {
            return Integer.parseInt(screen.attribute(attribute, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    static Command vncdisplay() {
        return Command.named("vncdisplay")
                .summary("tell where a guest's VNC screen is")
                .description("Tells the address and number of a running guest's VNC screen.")
                .options(running())
                .action(Screens::vncdisplay);
    }

    private static void vncdisplay(Call call) {
        var domain = Domains.of(call);
        if (!domain.isActive()) {
            throw new CommandException("Domain is not running");
        }
        var screen = graphics(DomainParts.document(domain), "vnc");
        int port = screen.map(vnc -> number(vnc, "port")).orElse(0);
        if (screen.isEmpty() || screen.get().attribute("port").isEmpty() || port < 0) {
            throw new CommandException("Failed to get VNC port. Is this domain using VNC?");
        }
        var listen = screen.get().attribute("listen", "");
        call.println((listen.equals("0.0.0.0") ? "" : listen) + ":" + (port - FIRST_VNC_PORT));
    }

    static Command ttyconsole() {
        return Command.named("ttyconsole")
                .summary("tell which terminal of the host is a guest's console")
                .options(running())
                .action(Screens::ttyconsole);
    }

    private static void ttyconsole(Call call) {
        var tty = DomainParts.devices(DomainParts.document(Domains.of(call)), "console").stream()
                .findFirst()
                .flatMap(console -> console.attribute("tty"));
        call.println(tty.orElseThrow(CommandException::silent));
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
