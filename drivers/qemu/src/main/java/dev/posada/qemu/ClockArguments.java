package dev.posada.qemu;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** The guest's clock and timers, and whether it may sleep. */
final class ClockArguments {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    private ClockArguments() {}

    private static List<Part> timers(Assembly assembly) {
        return assembly.domain()
                .child("clock")
                .map(clock -> clock.children("timer"))
                .orElse(List.of());
    }

    private static Optional<Part> timer(Assembly assembly, String name) {
        return timers(assembly).stream()
                .filter(timer -> timer.has("name", name))
                .findFirst();
    }

    /** Timers that are parts of the board. */
    static void addToMachine(Assembly assembly, List<String> parts) {
        timer(assembly, "hpet").ifPresent(hpet -> {
            boolean present = hpet.flag("present").orElse(true);
            if (hpet.attribute("tickpolicy").isPresent() && !hpet.has("tickpolicy", "delay")) {
                throw hpet.unsupported("tickpolicy");
            }
            if (!present) {
                parts.add("hpet=off");
            }
        });
    }

    /** Timers that are parts of the processor. */
    static void addToCpu(Assembly assembly, List<String> flags) {
        for (var timer : timers(assembly)) {
            switch (timer.attribute("name", "")) {
                case "kvmclock" -> timer.flag("present").ifPresent(on -> flags.add("kvmclock=" + Assembly.onOff(on)));
                case "hypervclock" -> timer.flag("present").filter(on -> on).ifPresent(_ -> flags.add("hv-time=on"));
                case "tsc" -> {
                    timer.number("frequency").ifPresent(hertz -> flags.add("tsc-frequency=" + hertz));
                    if (timer.attribute("mode").isPresent()) {
                        throw timer.unsupported("mode");
                    }
                    timer.flag("present").filter(on -> !on).ifPresent(_ -> flags.add("tsc=off"));
                }
                case "rtc", "pit", "hpet" -> {
                    // Said elsewhere.
                }
                default -> throw timer.unsupported("name");
            }
        }
    }

    static void add(Assembly assembly) {
        var rtc = new StringBuilder("base=" + base(assembly));
        timer(assembly, "rtc").ifPresent(timer -> {
            timer.flag("present");
            timer.attribute("track")
                    .ifPresent(track -> rtc.append(",clock=")
                            .append(
                                    switch (track) {
                                        case "boot" -> throw timer.unsupported("track");
                                        case "guest" -> "vm";
                                        case "wall" -> "host";
                                        case "realtime" -> "rt";
                                        default -> throw timer.unsupported("track");
                                    }));
            timer.attribute("tickpolicy").ifPresent(policy -> {
                switch (policy) {
                    case "catchup" -> rtc.append(",driftfix=slew");
                    case "delay" -> {
                        // What it does by itself.
                    }
                    default -> throw timer.unsupported("tickpolicy");
                }
            });
        });
        assembly.add("-rtc", rtc.toString());
        timer(assembly, "pit").ifPresent(timer -> {
            if (!timer.flag("present").orElse(true)) {
                throw timer.unsupported("present");
            }
            timer.attribute("tickpolicy").ifPresent(policy -> {
                switch (policy) {
                    case "delay", "discard" -> assembly.add("-global", "kvm-pit.lost_tick_policy=" + policy);
                    case "catchup" -> {
                        // What it does by itself.
                    }
                    default -> throw timer.unsupported("tickpolicy");
                }
            });
        });
    }

    private static String base(Assembly assembly) {
        var clock = assembly.domain().child("clock");
        if (clock.isEmpty()) {
            return "utc";
        }
        return switch (clock.get().attribute("offset", "utc")) {
            case "utc" -> reset(clock.get(), "utc");
            case "localtime" -> reset(clock.get(), "localtime");
            case "timezone" -> {
                assembly.environment.put("TZ", clock.get().attribute("timezone", "UTC"));
                yield "localtime";
            }
            case "variable" -> variable(assembly, clock.get());
            case "absolute" ->
                date(Instant.ofEpochSecond(clock.get().number("start").orElse(0L)), ZoneOffset.UTC);
            default -> throw clock.get().unsupported("offset");
        };
    }

    /** With {@code adjustment='reset'} or none the clock begins anew at each start, as it does here. */
    private static String reset(Part clock, String base) {
        if (clock.attribute("adjustment").isPresent() && !clock.has("adjustment", "reset")) {
            throw clock.unsupported("adjustment");
        }
        return base;
    }

    private static String variable(Assembly assembly, Part clock) {
        long seconds = clock.has("adjustment", "reset")
                ? 0
                : clock.number("adjustment").orElse(0L);
        var zone = clock.attribute("basis", "utc").equals("localtime") ? ZoneId.systemDefault() : ZoneOffset.UTC;
        try {
            return date(assembly.facts().now().plusSeconds(seconds), zone);
        } catch (DateTimeException | ArithmeticException e) {
            throw clock.unsupported("adjustment");
        }
    }

    private static String date(Instant time, ZoneId zone) {
        return DATE.format(time.atZone(zone));
    }

    /** Whether the guest may sleep. */
    static void addSleep(Assembly assembly) {
        var prefix = assembly.board() == Board.Q35 ? "ICH9-LPC" : "PIIX4_PM";
        assembly.domain().child("pm").ifPresent(pm -> {
            pm.child("suspend-to-mem")
                    .flatMap(part -> part.flag("enabled"))
                    .ifPresent(on -> assembly.add("-global", prefix + ".disable_s3=" + (on ? 0 : 1)));
            pm.child("suspend-to-disk")
                    .flatMap(part -> part.flag("enabled"))
                    .ifPresent(on -> assembly.add("-global", prefix + ".disable_s4=" + (on ? 0 : 1)));
        });
    }
}
