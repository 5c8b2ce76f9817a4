package dev.posada.virsh;

import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code pool-define-as} and {@code pool-create-as}: a pool's document made of options. */
final class PoolFromOptions {
    private PoolFromOptions() {}

    static Command defineAs() {
        return Command.named("pool-define-as")
                .summary("keep the definition of a pool that options describe")
                .options(options(List.of()))
                .action(PoolFromOptions::define);
    }

    static Command createAs() {
        return Command.named("pool-create-as")
                .summary("start a pool that options describe, without keeping a definition")
                .options(options(List.of(PoolLife.building(true))))
                .action(PoolFromOptions::create);
    }

    private static Option[] options(List<Option> more) {
        var options = new ArrayList<>(List.of(
                Option.value("name", "the pool's name"),
                Option.value("type", "the kind of pool").completing(_ -> PoolListing.types()),
                Option.flag("print-xml", "print the document and do nothing else"),
                Option.text("source-host", "the server that has the data"),
                Option.text("source-path", "the path on that server"),
                Option.text("source-dev", "the device that has the data"),
                Option.text("source-name", "the name of the data, as of a volume group"),
                Option.text("target", "where on the host the volumes are"),
                Option.text("source-format", "how the data are kept"),
                Option.text("auth-type", "how to prove who we are").completing(Completer.words("chap", "ceph")),
                Option.text("auth-username", "who we are"),
                Option.text("secret-usage", "the use of the secret that proves it"),
                Option.text("secret-uuid", "the uuid of the secret that proves it"),
                Option.text("adapter-name", "the SCSI adapter"),
                Option.text("adapter-wwnn", "the fibre channel adapter's node"),
                Option.text("adapter-wwpn", "the fibre channel adapter's port"),
                Option.text("adapter-parent", "the SCSI host a virtual adapter is made on"),
                Option.text("adapter-parent-wwnn", "that host's node"),
                Option.text("adapter-parent-wwpn", "that host's port"),
                Option.text("adapter-parent-fabric-wwn", "that host's fabric"),
                Option.text("source-protocol-ver", "the version of NFS"),
                Option.text("source-initiator", "the iSCSI name we go by")));
        options.addAll(more);
        return options.toArray(Option[]::new);
    }

    private static void define(Call call) {
        var xml = document(call);
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        var name = call.required("name");
        call.attempt(
                "Failed to define pool " + name,
                () -> call.connection().storage().define(xml));
        call.extra("Pool " + name + " defined\n");
    }

    private static void create(Call call) {
        var flags = PoolLife.starting(call);
        var xml = document(call);
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        var name = call.required("name");
        call.attempt(
                "Failed to create pool " + name,
                () -> call.connection().storage().create(xml, flags));
        call.extra("Pool " + name + " created\n");
    }

    private static String document(Call call) {
        var pool = Element.of("pool", "type", call.required("type")).plus(Element.text("name", call.required("name")));
        call.exclusive("secret-usage", "secret-uuid");
        var source = source(call);
        if (!source.children().isEmpty()) {
            pool = pool.plus(source);
        }
        var target = call.text("target");
        if (target.isPresent()) {
            pool = pool.plus(Element.of("target").plus(Element.text("path", target.get())));
        }
        return Documents.format(pool);
    }

    /** What is said by halves, as a user without a secret, is left out, as libvirt's tools do. */
    private static Element source(Call call) {
        var parts = new ArrayList<Element>();
        call.text("source-host").ifPresent(host -> parts.add(Element.of("host", "name", host)));
        call.text("source-path").ifPresent(path -> parts.add(Element.of("dir", "path", path)));
        call.text("source-dev").ifPresent(device -> parts.add(Element.of("device", "path", device)));
        call.text("source-initiator")
                .ifPresent(iqn -> parts.add(Element.of("initiator").plus(Element.of("iqn", "name", iqn))));
        adapter(call).ifPresent(parts::add);
        var authentication = authentication(call);
        var format = call.text("source-format");
        var name = call.text("source-name");
        // Who we are says nothing of where the data are: alone it makes no source.
        if (parts.isEmpty() && format.isEmpty() && name.isEmpty()) {
            return Element.of("source");
        }
        authentication.ifPresent(parts::add);
        format.ifPresent(word -> parts.add(Element.of("format", "type", word)));
        name.ifPresent(word -> parts.add(Element.text("name", word)));
        call.text("source-protocol-ver").ifPresent(version -> parts.add(Element.of("protocol", "ver", version)));
        return Element.of("source").withContent(parts);
    }

    private static Optional<Element> adapter(Call call) {
        var node = call.text("adapter-wwnn");
        var port = call.text("adapter-wwpn");
        if (node.isPresent() && port.isPresent()) {
            var adapter = Element.of("adapter", "type", "fc_host");
            var parent = call.text("adapter-parent");
            var parentNode = call.text("adapter-parent-wwnn");
            var parentPort = call.text("adapter-parent-wwpn");
            var fabric = call.text("adapter-parent-fabric-wwn");
            if (parent.isPresent()) {
                adapter = adapter.with("parent", parent.get());
            } else if (parentNode.isPresent() && parentPort.isPresent()) {
                adapter = adapter.with("parent_wwnn", parentNode.get()).with("parent_wwpn", parentPort.get());
            } else if (fabric.isPresent()) {
                adapter = adapter.with("parent_fabric_wwn", fabric.get());
            }
            return Optional.of(adapter.with("wwnn", node.get()).with("wwpn", port.get()));
        }
        return call.text("adapter-name").map(name -> Element.of("adapter", "type", "scsi_host", "name", name));
    }

    private static Optional<Element> authentication(Call call) {
        var type = call.text("auth-type");
        var user = call.text("auth-username");
        var usage = call.text("secret-usage");
        var uuid = call.text("secret-uuid");
        if (type.isEmpty() || user.isEmpty() || (usage.isEmpty() && uuid.isEmpty())) {
            return Optional.empty();
        }
        var secret = usage.isPresent()
                ? Element.of("secret", "usage", usage.get())
                : Element.of("secret", "uuid", uuid.orElseThrow());
        return Optional.of(
                Element.of("auth", "type", type.get(), "username", user.get()).plus(secret));
    }
}
