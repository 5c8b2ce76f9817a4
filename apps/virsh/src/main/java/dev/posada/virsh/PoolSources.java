package dev.posada.virsh;

import dev.posada.model.Element;
import dev.posada.xml.Documents;

/** {@code find-storage-pool-sources} and {@code find-storage-pool-sources-as}. */
final class PoolSources {
    private PoolSources() {}

    static Command find() {
        return Command.named("find-storage-pool-sources")
                .summary("look for storage that a pool could be made of")
                .options(type(), Option.text("srcSpec", "a file with a source element that says where to look"))
                .action(PoolSources::find);
    }

    private static Option type() {
        return Option.value("type", "the kind of pool").completing(_ -> PoolListing.types());
    }

    private static void find(Call call) {
        var type = call.required("type");
        var where = call.text("srcSpec").map(file -> TextFiles.xml(call, file));
        print(call, type, where.orElse(null));
    }

    static Command findAs() {
        return Command.named("find-storage-pool-sources-as")
                .summary("look for storage on a server that a pool could be made of")
                .options(
                        type(),
                        Option.text("host", "the server"),
                        Option.text("port", "its port"),
                        Option.text("initiator", "the iSCSI name we go by"))
                .action(PoolSources::findAs);
    }

    private static void findAs(Call call) {
        var type = call.required("type");
        var host = call.text("host");
        var initiator = call.text("initiator");
        if (host.isEmpty()) {
            print(call, type, null);
            return;
        }
        var server = Element.of("host", "name", host.get());
        var port = call.text("port");
        var source = Element.of("source").plus(port.isPresent() ? server.with("port", port.get()) : server);
        if (initiator.isPresent()) {
            source = source.plus(Element.of("initiator").plus(Element.of("iqn", "name", initiator.get())));
        }
        print(call, type, Documents.format(source));
    }

    private static void print(Call call, String type, @org.jspecify.annotations.Nullable String where) {
        call.print(call.attempt(
                "Failed to find any " + type + " pool sources",
                () -> call.connection().storage().sources(type, where)));
    }
}
