package dev.posada.virsh;

import dev.posada.client.DataStream;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Terminals;
import dev.posada.terminal.Tty;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The user's terminal joined to a guest's console.
 *
 * <p>One thread of its own shows what the guest says; the caller's passes on what is typed, until the escape character
 * is typed or the guest's end goes. A third one tells the guest how large the window is.
 */
final class GuestConsole {
    private static final int BUFFER_BYTES = 4096;
    private static final int CONTROL_BITS = 0x1f;

    private GuestConsole() {}

    static Command command() {
        return Command.named("console")
                .summary("use a guest's console")
                .description("Joins this terminal to a serial or virtio console of the guest.")
                .options(
                        Domains.option(),
                        Option.text("devname", "the alias of the console; the first without it"),
                        Option.flag("force", "take it from whoever uses it"),
                        Option.flag("safe", "only where the driver keeps users apart"))
                .action(call -> {
                    var flags = new ArrayList<Flag.Console>();
                    if (call.has("force")) {
                        flags.add(Flag.Console.FORCE);
                    }
                    if (call.has("safe")) {
                        flags.add(Flag.Console.SAFE);
                    }
                    attach(call, Domains.of(call), call.text("devname"), flags.toArray(Flag.Console[]::new));
                });
    }

    /**
     * Joins the terminal to a running domain's console until the user leaves it.
     *
     * @param device the console's alias; the first when empty
     * @throws CommandException when this is no terminal, or the domain does not run
     */
    static void attach(Call call, Domain domain, Optional<String> device, Flag.Console... flags) {
        if (!domain.isActive()) {
            throw new CommandException("The domain is not running");
        }
        if (!Terminals.isTerminal(Terminals.Descriptor.IN)) {
            throw new CommandException("Cannot run interactive console without a controlling TTY");
        }
        var escape = call.session().settings().escape();
        call.println("Connected to domain '" + domain.name() + "'");
        call.print("Escape character is " + escape);
        call.println(escape.charAt(0) == '^' ? " (Ctrl + " + escape.charAt(1) + ")" : "");
        call.session().console().out().flush();
        var shells = call.session().tty();
        try (var stream = domain.openConsole(device.orElse(null), flags)) {
            if (shells.isPresent()) {
                join(domain, device, stream, shells.get(), code(escape));
            } else {
                try (var own = Tty.open()) {
                    join(domain, device, stream, own, code(escape));
                }
            }
        } catch (IOException e) {
            throw new CommandException("cannot use the terminal: " + e.getMessage());
        }
        call.print("\n");
    }

    /** {@code ^]} is one byte, 0x1d. */
    private static int code(String escape) {
        return escape.charAt(0) == '^' ? Character.toUpperCase(escape.charAt(1)) & CONTROL_BITS : escape.charAt(0);
    }

    private static void join(Domain domain, Optional<String> device, DataStream stream, Tty tty, int escape)
            throws IOException {
        var over = new AtomicBoolean();
        try (var raw = tty.raw();
                var window = new ConsoleWindow(domain, device)) {
            var screen = Thread.ofPlatform().daemon().name("posada-console").start(() -> {
                show(stream, raw.output());
                over.set(true);
            });
            type(stream, raw, escape, () -> {
                tty.windowSize().ifPresent(window::is);
                return !over.get();
            });
            stream.close();
            screen.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void show(DataStream stream, OutputStream screen) {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (stream.read(buffer) >= 0) {
                screen.write(buffer.array(), 0, buffer.position());
                screen.flush();
                buffer.clear();
            }
        } catch (IOException | PosadaException e) {
            // The guest's end or the daemon is gone: the console is over either way.
        }
    }

    /** Looks several times a second whether to go on; between two looks a character is waited for. */
    private static void type(DataStream stream, Tty.Raw raw, int escape, BooleanSupplier goesOn) throws IOException {
        while (goesOn.getAsBoolean()) {
            int typed = raw.read();
            if (typed == Tty.Raw.END || typed == escape) {
                return;
            }
            if (typed != Tty.Raw.NOTHING) {
                try {
                    stream.write(ByteBuffer.wrap(Character.toString(typed).getBytes(StandardCharsets.UTF_8)));
                } catch (PosadaException e) {
                    return;
                }
            }
        }
    }
}
