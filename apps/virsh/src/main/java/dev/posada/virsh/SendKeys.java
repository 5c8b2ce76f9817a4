package dev.posada.virsh;

import dev.posada.client.Flag;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** {@code send-key} and {@code send-process-signal}. */
final class SendKeys {
    private static final int MOST_KEYS = 16;
    private static final long MOST_KEY_CODE = 0xffff;

    /** In the order of their numbers on the wire. */
    private static final List<String> CODE_SETS =
            List.of("linux", "xt", "atset1", "atset2", "atset3", "os_x", "xt_kbd", "usb", "win32", "qnum");

    /** In the order of their numbers, as Linux has them; what follows are the signals of real time. */
    private static final List<String> SIGNALS = List.of(
            "nop", "hup", "int", "quit", "ill", "trap", "abrt", "bus", "fpe", "kill", "usr1", "segv", "usr2", "pipe",
            "alrm", "term", "stkflt", "chld", "cont", "stop", "tstp", "ttin", "ttou", "urg", "xcpu", "xfsz", "vtalrm",
            "prof", "winch", "poll", "pwr", "sys");

    private static final int REAL_TIME_SIGNALS = 33;

    private SendKeys() {}

    static Command keys() {
        return Command.named("send-key")
                .summary("press keys of a guest")
                .description("Presses keys together and lets them go: by name, as KEY_LEFTCTRL, or by number.")
                .options(
                        running(),
                        Option.text("codeset", "the set the codes are from; linux where none is given")
                                .onlyNamed()
                                .completing(Completer.words(CODE_SETS.toArray(String[]::new))),
                        Option.number("holdtime", "milliseconds until they are let go")
                                .onlyNamed(),
                        Option.rest("keycode", "a key").required().completing(SendKeys::proposed))
                .action(SendKeys::keys);
    }

    private static void keys(Call call) {
        var domain = Domains.of(call);
        var name = call.text("codeset").orElse("linux");
        long hold = Integer.toUnsignedLong(call.unsigned("holdtime").orElse(0));
        int codeSet = CODE_SETS.indexOf(name);
        if (codeSet < 0) {
            throw new CommandException("unknown codeset: '" + name + "'");
        }
        var words = call.all("keycode");
        if (words.size() > MOST_KEYS) {
            throw new CommandException("too many keycodes");
        }
        int[] codes = new int[words.size()];
        for (int i = 0; i < codes.length; i++) {
            var word = words.get(i);
            codes[i] = code(name, word).orElseThrow(() -> new CommandException("invalid keycode: '" + word + "'"));
        }
        domain.sendKey(codeSet, Duration.ofMillis(hold), codes);
    }

    private static OptionalInt code(String codeSet, String word) {
        try {
            long number = Long.decode(word);
            if (number >= 0 && number <= MOST_KEY_CODE) {
                return OptionalInt.of((int) number);
            }
        } catch (NumberFormatException e) {
            // Not a number, so it is a name or nothing.
        }
        return names(codeSet).stream()
                .filter(line -> line.startsWith(word + " "))
                .mapToInt(line -> Integer.parseInt(line.substring(word.length() + 1)))
                .findFirst();
    }

    private static List<String> proposed(Call call) {
        return names(call.text("codeset").orElse("linux")).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    /** The names of a set's codes, a line each with the number; empty for sets of numbers alone. */
    private static List<String> names(String codeSet) {
        var stream = SendKeys.class.getResourceAsStream("keys-" + codeSet + ".txt");
        if (stream == null) {
            return List.of();
        }
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Command signal() {
        return Command.named("send-process-signal")
                .summary("send a signal to a process of a guest")
                .options(
                        running(),
                        Option.value("pid", "the process's number inside the guest"),
                        Option.value("signame", "the signal's name or number").completing(_ -> signals()))
                .action(SendKeys::signal);
    }

    private static void signal(Call call) {
        var domain = Domains.of(call);
        long process = call.number("pid", Long.MIN_VALUE, Long.MAX_VALUE).orElseThrow();
        var name = call.required("signame");
        int signal = number(name);
        if (signal < 0) {
            throw new CommandException("malformed signal name: " + name);
        }
        domain.power().signal(process, signal);
    }

    private static int number(String name) {
        var word = name.toLowerCase(Locale.ROOT);
        if (word.startsWith("sig_")) {
            word = word.substring("sig_".length());
        } else if (word.startsWith("sig")) {
            word = word.substring("sig".length());
        }
        var number = Words.decimal(word);
        return number.isPresent() ? number.getAsInt() : signals().indexOf(word);
    }

    private static List<String> signals() {
        var all = new ArrayList<>(SIGNALS);
        for (int i = 0; i < REAL_TIME_SIGNALS; i++) {
            all.add("rt" + i);
        }
        return all;
    }

    private static Option running() {
        return Domains.option().completing(Proposals.domains(Flag.List.ACTIVE));
    }
}
