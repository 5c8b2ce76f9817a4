package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.model.DomainIdentity;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code dominfo}, {@code domstate}, {@code domcontrol}, {@code domtime}. */
final class LookAtDomain {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final long NO_LIMIT_KIB = 0xffff_ffffL;
    private static final int CONTROL_ERROR = 3;
    private static final List<String> CONTROL_STATES = List.of("ok", "background job", "occupied", "error");
    private static final List<String> CONTROL_ERRORS =
            List.of("", "unknown", "monitor failure", "internal (locking) error");

    private LookAtDomain() {}

    static Command dominfo() {
        return Command.named("dominfo")
                .summary("show what a domain is and what it does")
                .description("Shows a domain's identity, state, memory, processors and settings of its life.")
                .options(Domains.option())
                .action(LookAtDomain::dominfo);
    }

    private static void dominfo(Call call) {
        var domain = Domains.of(call);
        var fields = Fields.plain();
        int id = domain.identity().id();
        fields.add("Id", id == DomainIdentity.INACTIVE ? "-" : (Object) id)
                .add("Name", domain.name())
                .add("UUID", domain.uuid());
        answer(domain::osType).ifPresent(type -> fields.add("OS Type", type));
        PosadaException refused = vitals(domain, fields);
        var persistent = answer(domain::isPersistent);
        fields.add("Persistent", persistent.map(LookAtDomain::yesOrNo).orElse("unknown"));
        answer(domain::autostart).ifPresent(wanted -> fields.add("Autostart", wanted ? "enable" : "disable", wanted));
        fields.add(
                "Managed save",
                answer(() -> domain.managedSave().exists())
                        .map(LookAtDomain::yesOrNo)
                        .orElse("unknown"));
        try {
            security(call, domain, fields);
        } catch (PosadaException e) {
            call.print(fields);
            throw e;
        }
        var messages = answer(() -> domain.figures().messages()).orElse(List.of());
        for (int i = 0; i < messages.size(); i++) {
            if (i == 0) {
                fields.add("Messages", messages.getFirst(), messages);
            } else {
                fields.more(messages.get(i));
            }
        }
        call.print(fields);
        if (refused != null) {
            throw refused;
        }
    }

    private static @org.jspecify.annotations.Nullable PosadaException vitals(Domain domain, Fields fields) {
        try {
            var info = domain.info();
            fields.add("State", StateNames.of(info.state())).add("CPU(s)", info.vcpus());
            if (info.cpuTimeNanos() != 0) {
                double seconds = info.cpuTimeNanos() / NANOS_PER_SECOND;
                fields.add("CPU time", String.format(Locale.ROOT, "%.1fs", seconds), seconds);
            }
            if (info.maxMemoryKib() == NO_LIMIT_KIB) {
                fields.add("Max memory", "no limit");
            } else {
                fields.add("Max memory", info.maxMemoryKib() + " KiB", info.maxMemoryKib());
            }
            fields.add("Used memory", info.memoryKib() + " KiB", info.memoryKib());
            return null;
        } catch (PosadaException e) {
            return e;
        }
    }

    private static void security(Call call, Domain domain, Fields fields) {
        try {
            var model = call.connection().securityModel();
            if (!model.name().isEmpty()) {
                fields.add("Security model", model.name()).add("Security DOI", model.interpretation());
                var label = domain.securityLabel();
                if (!label.text().isEmpty()) {
                    fields.add("Security label", label.text() + (label.enforcing() ? " (enforcing)" : " (permissive)"));
                }
            }
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.NO_SUPPORT) {
                throw e;
            }
        }
    }

    private static String yesOrNo(boolean truth) {
        return truth ? "yes" : "no";
    }

    /** What the daemon answers, or nothing where it cannot. */
    private static <T> Optional<T> answer(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (PosadaException e) {
            return Optional.empty();
        }
    }

    static Command domstate() {
        return Command.named("domstate")
                .summary("show what a domain does")
                .options(Domains.option(), Option.flag("reason", "tell why, too"))
                .action(LookAtDomain::domstate);
    }

    private static void domstate(Call call) {
        var status = Domains.of(call).status();
        var state = StateNames.of(status.state());
        var reason = StateNames.reason(status);
        if (call.json()) {
            call.printJson(call.has("reason") ? ordered("state", state, "reason", reason) : Map.of("state", state));
        } else {
            call.println(call.has("reason") ? state + " (" + reason + ")" : state);
        }
    }

    private static Map<String, Object> ordered(String key, Object value, String otherKey, Object otherValue) {
        var map = new LinkedHashMap<String, Object>();
        map.put(key, value);
        map.put(otherKey, otherValue);
        return map;
    }

    static Command domcontrol() {
        return Command.named("domcontrol")
                .summary("show whether a domain's hypervisor can be talked to")
                .options(Domains.option())
                .action(LookAtDomain::domcontrol);
    }

    private static void domcontrol(Call call) {
        var control = Domains.of(call).figures().control();
        var state = word(CONTROL_STATES, control.state());
        if (call.json()) {
            call.printJson(ordered("state", state, "seconds", seconds(control.since())));
        } else if (control.state() == CONTROL_ERROR && control.details() > 0) {
            call.println(state + ": " + word(CONTROL_ERRORS, control.details()));
        } else if (control.state() == 0 || control.state() == CONTROL_ERROR) {
            call.println(state);
        } else {
            call.println(state + String.format(Locale.ROOT, " (%.3fs)", seconds(control.since())));
        }
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }

    private static String word(List<String> words, int number) {
        return number >= 0 && number < words.size() ? words.get(number) : "unknown";
    }

    static Command domtime() {
        return Command.named("domtime")
                .summary("show or set a guest's clock")
                .description("Shows the clock of a running guest, or sets it. The guest's agent does the work.")
                .options(
                        Domains.option(),
                        Option.flag("now", "set it by this computer's clock"),
                        Option.flag("pretty", "show it as date and time"),
                        Option.flag("sync", "set it by the guest's hardware clock"),
                        Option.number("time", "set it to these seconds since 1970")
                                .onlyNamed())
                .action(LookAtDomain::domtime);
    }

    private static void domtime(Call call) {
        call.exclusive("time", "now");
        call.exclusive("time", "sync");
        call.exclusive("now", "sync");
        var clock = Domains.of(call).clock();
        var time = call.number("time", Long.MIN_VALUE, Long.MAX_VALUE);
        if (call.has("sync")) {
            clock.setFromHardware();
        } else if (call.has("now")) {
            clock.set(Instant.ofEpochSecond(Instant.now().getEpochSecond()));
        } else if (time.isPresent()) {
            clock.set(Instant.ofEpochSecond(time.get()));
        } else {
            show(call, clock.read());
        }
    }

    private static void show(Call call, Instant time) {
        var pretty =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).format(time.atOffset(ZoneOffset.UTC));
        if (call.json()) {
            call.printJson(ordered("seconds", time.getEpochSecond(), "time", pretty));
        } else {
            call.print("Time: " + (call.has("pretty") ? pretty : time.getEpochSecond()));
        }
    }
}
