package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.DomainState;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Json;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code list}. */
final class ListDomains {
    /** The address of a view of all kinds begins with it; there it is shown what each domain is. */
    private static final String ALL_KINDS = "posada";

    /** An option and the flag it stands for. */
    private record Filter(String option, Flag.List flag) {}

    private static final List<Filter> FILTERS = List.of(
            new Filter("persistent", Flag.List.PERSISTENT),
            new Filter("transient", Flag.List.TRANSIENT),
            new Filter("with-snapshot", Flag.List.HAS_SNAPSHOT),
            new Filter("without-snapshot", Flag.List.NO_SNAPSHOT),
            new Filter("with-checkpoint", Flag.List.HAS_CHECKPOINT),
            new Filter("without-checkpoint", Flag.List.NO_CHECKPOINT),
            new Filter("state-running", Flag.List.RUNNING),
            new Filter("state-paused", Flag.List.PAUSED),
            new Filter("state-shutoff", Flag.List.SHUTOFF),
            new Filter("state-other", Flag.List.OTHER),
            new Filter("autostart", Flag.List.AUTOSTART),
            new Filter("no-autostart", Flag.List.NO_AUTOSTART),
            new Filter("with-managed-save", Flag.List.MANAGED_SAVE),
            new Filter("without-managed-save", Flag.List.NO_MANAGED_SAVE));

    private ListDomains() {}

    static Command command() {
        return Command.named("list")
                .summary("list domains")
                .description("Lists the domains that run, or others as the options say.")
                .options(
                        Option.flag("inactive", "those that do not run"),
                        Option.flag("all", "those that run and those that do not"),
                        Option.flag("transient", "those without a definition"),
                        Option.flag("persistent", "those with a definition"),
                        Option.flag("with-snapshot", "those that have a snapshot"),
                        Option.flag("without-snapshot", "those that have none"),
                        Option.flag("with-checkpoint", "those that have a checkpoint"),
                        Option.flag("without-checkpoint", "those that have none"),
                        Option.flag("state-running", "those whose processors run"),
                        Option.flag("state-paused", "those that are suspended"),
                        Option.flag("state-shutoff", "those that are shut off"),
                        Option.flag("state-other", "those in any other state"),
                        Option.flag("autostart", "those that start with the host"),
                        Option.flag("no-autostart", "those that do not"),
                        Option.flag("with-managed-save", "those put to rest on disk"),
                        Option.flag("without-managed-save", "those that are not"),
                        Option.flag("uuid", "print uuids alone"),
                        Option.flag("name", "print names alone"),
                        Option.flag("id", "print ids alone"),
                        Option.flag("table", "print a table, as is done without these"),
                        Option.flag("managed-save", "tell which are put to rest on disk"),
                        Option.flag("title", "show titles too"))
                .action(ListDomains::run);
    }

    private static void run(Call call) {
        call.exclusive("table", "name");
        call.exclusive("table", "id");
        call.exclusive("table", "uuid");
        var domains = call
                .attempt("Failed to list domains", () -> call.connection().domains(filter(call)))
                .stream()
                .sorted(ORDER)
                .toList();
        if (call.has("uuid") || call.has("name") || call.has("id")) {
            boolean idAlone = !call.has("uuid") && !call.has("name");
            var shown = domains.stream()
                    .filter(domain -> !idAlone || id(domain).isPresent())
                    .map(domain -> words(call, domain))
                    .toList();
            if (call.json()) {
                call.println(Json.text(shown));
            } else {
                shown.forEach(words -> call.println(
                        words.values().stream().map(Object::toString).collect(Collectors.joining(" "))));
            }
        } else {
            table(call, domains);
        }
    }

    /** Running ones by id, then the others by name. */
    private static final Comparator<Domain> ORDER = (one, other) -> {
        int a = one.identity().id();
        int b = other.identity().id();
        if (a < 0 && b < 0) {
            return one.name().compareToIgnoreCase(other.name());
        }
        return a < 0 ? 1 : b < 0 ? -1 : Integer.compare(a, b);
    };

    private static Flag.List[] filter(Call call) {
        var flags = new ArrayList<Flag.List>();
        if (!call.has("inactive") && !call.has("all")) {
            flags.add(Flag.List.ACTIVE);
        } else if (call.has("inactive") && !call.has("all")) {
            flags.add(Flag.List.INACTIVE);
        } else {
            flags.add(Flag.List.ACTIVE);
            flags.add(Flag.List.INACTIVE);
        }
        boolean byState = false;
        for (var each : FILTERS) {
            if (call.has(each.option())) {
                flags.add(each.flag());
                byState |= each.option().startsWith("state-");
            }
        }
        if (byState && !call.has("inactive") && !call.has("all")) {
            flags.add(Flag.List.INACTIVE);
        }
        return flags.toArray(Flag.List[]::new);
    }

    /** What was asked for of a domain, in the order in which it is shown. */
    private static Map<String, Object> words(Call call, Domain domain) {
        var words = new LinkedHashMap<String, Object>();
        if (call.has("uuid")) {
            words.put("uuid", domain.uuid().toString());
        }
        if (call.has("id")) {
            words.put("id", id(domain).<Object>map(number -> number).orElse("-"));
        }
        if (call.has("name")) {
            words.put("name", domain.name());
        }
        return words;
    }

    private static Optional<Integer> id(Domain domain) {
        int id = domain.identity().id();
        return id < 0 ? Optional.empty() : Optional.of(id);
    }

    private static void table(Call call, List<Domain> domains) {
        boolean titles = call.has("title");
        boolean types = call.connection().uri().driver().equals(ALL_KINDS);
        var headings = new ArrayList<>(List.of("Id", "Name", "State"));
        if (types) {
            headings.add("Type");
        }
        if (titles) {
            headings.add("Title");
        }
        var table = Table.of(headings.toArray(String[]::new));
        for (var domain : domains) {
            var row = new ArrayList<Object>();
            row.add(id(domain).<Object>map(number -> number).orElse("-"));
            row.add(domain.name());
            row.add(state(call, domain));
            if (types) {
                row.add(type(domain));
            }
            if (titles) {
                row.add(Titles.of(domain));
            }
            table.row(row.toArray());
        }
        call.print(table);
    }

    /** What kind of domain it is; empty for one that is gone meanwhile. */
    private static String type(Domain domain) {
        try {
            return Documents.parse(domain.xml()).attribute("type", "");
        } catch (PosadaException _) {
            return "";
        }
    }

    private static String state(Call call, Domain domain) {
        var state = domain.status().state();
        if (call.has("managed-save")
                && state == DomainState.SHUTOFF
                && domain.managedSave().exists()) {
            return "saved";
        }
        return StateNames.of(state);
    }
}
