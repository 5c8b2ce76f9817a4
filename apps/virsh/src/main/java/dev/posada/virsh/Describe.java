package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.MetadataType;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.LinkedHashMap;
import java.util.function.Supplier;

/** {@code desc} and {@code metadata}. */
final class Describe {
    private Describe() {}

    static Command desc() {
        return Command.named("desc")
                .summary("show or change what people say of a domain")
                .description("Shows or changes a domain's description, or its title.")
                .options(
                        Domains.option(),
                        Impacts.live(),
                        Impacts.config(),
                        Impacts.current(),
                        Option.flag("title", "the title, which is a line"),
                        Option.flag("edit", "change it in an editor"),
                        Option.rest("new-desc", "the new words"))
                .action(Describe::desc);
    }

    private static void desc(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        boolean title = call.has("title");
        var type = title ? MetadataType.TITLE : MetadataType.DESCRIPTION;
        var what = title ? "title" : "description";
        if (call.has("config") && !domain.isPersistent()) {
            throw new CommandException(
                    "Requested operation is not valid: transient domains do not have any persistent config");
        }
        var words = String.join(" ", call.all("new-desc")).stripTrailing();
        if (!call.has("edit") && !call.has("new-desc")) {
            // Of a domain that does not run, what is asked of the running one is what it would run with.
            boolean asLive = call.has("live") && domain.isActive();
            var where = call.has("live") && !asLive ? new Flag.Impact[0] : impact;
            show(call, what, domain, metadata(() -> domain.metadata(type, null, where)));
            return;
        }
        if (call.has("edit")) {
            var before = words.isEmpty() ? metadata(() -> domain.metadata(type, null, impact)) : words;
            var edited = Editing.text(call, before);
            // Some editors end each file with a line feed.
            words = title && edited.endsWith("\n") ? edited.substring(0, edited.length() - 1) : edited;
            if (words.equals(before)) {
                call.extra("Domain " + what + " not changed\n");
                return;
            }
        }
        var wanted = words;
        call.attempt("Failed to set new domain " + what, () -> domain.setMetadata(type, wanted, null, null, impact));
        call.extra("Domain " + what + " updated successfully");
    }

    private static void show(Call call, String what, Domain domain, String words) {
        if (call.json()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("name", domain.name());
            object.put(what, words);
            call.printJson(object);
        } else if (words.isEmpty()) {
            call.extra("No " + what + " for domain: " + domain.name());
        } else {
            call.print(words);
        }
    }

    /** What the daemon answers; empty when it says that there is nothing. */
    private static String metadata(Supplier<String> question) {
        try {
            return question.get();
        } catch (PosadaException e) {
            if (e.code() == ErrorCode.NO_DOMAIN_METADATA) {
                return "";
            }
            throw e;
        }
    }

    static Command metadata() {
        return Command.named("metadata")
                .summary("show or change what programs keep with a domain")
                .description("Shows or changes the element of a namespace among a domain's metadata.")
                .options(
                        Domains.option(),
                        Option.value("uri", "the namespace"),
                        Impacts.live(),
                        Impacts.config(),
                        Impacts.current(),
                        Option.flag("edit", "change it in an editor"),
                        Option.text("key", "the prefix that stands for the namespace"),
                        Option.text("set", "the new element"),
                        Option.flag("remove", "remove the element"))
                .action(Describe::metadata);
    }

    private static void metadata(Call call) {
        var impact = Impacts.of(call);
        call.exclusive("edit", "set");
        call.exclusive("remove", "set");
        call.exclusive("remove", "edit");
        var domain = Domains.of(call);
        var uri = call.required("uri");
        var key = call.text("key").orElse(null);
        var set = call.text("set").orElse(null);
        if ((set != null || call.has("edit")) && key == null) {
            throw new CommandException("namespace key is required when modifying metadata");
        }
        if (set != null || call.has("remove")) {
            domain.setMetadata(MetadataType.ELEMENT, set, key, uri, impact);
            call.extra(call.has("remove") ? "Metadata removed\n" : "Metadata modified\n");
        } else if (call.has("edit")) {
            edit(call, domain, uri, java.util.Objects.requireNonNull(key), impact);
        } else {
            call.println(domain.metadata(MetadataType.ELEMENT, uri, impact));
        }
    }

    private static void edit(Call call, Domain domain, String uri, String key, Flag.Impact[] impact) {
        var edited = Editing.of(
                call,
                () -> {
                    var now = metadata(() -> domain.metadata(MetadataType.ELEMENT, uri, impact));
                    return now.isEmpty() ? "\n" : now;
                },
                element -> {
                    domain.setMetadata(MetadataType.ELEMENT, element, key, uri, impact);
                    return element;
                });
        call.extra(edited.isPresent() ? "Metadata modified\n" : "Metadata not changed");
    }
}
