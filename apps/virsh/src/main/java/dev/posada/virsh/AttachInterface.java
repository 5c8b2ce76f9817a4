package dev.posada.virsh;

import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.List;

/** {@code attach-interface}. */
final class AttachInterface {
    private AttachInterface() {}

    static Command command() {
        return Command.named("attach-interface")
                .summary("plug in a network card")
                .options(
                        Domains.option(),
                        Option.value("type", "what it is plugged into: network, bridge, direct, hostdev or vhostuser")
                                .completing(Completer.words("network", "bridge", "direct", "hostdev", "vhostuser")),
                        Option.value("source", "the name of that, or a PCI address of the host, or a socket"),
                        Option.text("target", "its device on the host"),
                        Option.text("mac", "its hardware address"),
                        Option.text("script", "what to run to plug it in"),
                        Option.text("model", "what it is to the guest")
                                .completing(Completer.words("virtio", "e1000", "e1000e", "rtl8139")),
                        Option.text("alias", "what to call it, beginning with ua-"),
                        Option.text("inbound", "limits of what it receives: average,peak,burst,floor"),
                        Option.text("outbound", "limits of what it sends: average,peak,burst"))
                .options(Impacts.deviceOptions())
                .options(
                        Option.flag("print-xml", "show what describes the card and plug in nothing"),
                        Option.flag("managed", "take a device of the host from the host's own driver"),
                        Option.text("source-mode", "of a vhostuser socket: server or client")
                                .completing(Completer.words("server", "client")))
                .action(AttachInterface::run);
    }

    private static void run(Call call) {
        Impacts.checkDevice(call);
        var xml = Documents.format(card(call));
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        var domain = Domains.of(call);
        call.attempt("Failed to attach interface", () -> DeviceFiles.attach(call, domain, xml));
        call.extra("Interface attached successfully\n");
    }

    private static Element card(Call call) {
        var type = call.required("type");
        var source = call.required("source");
        var mode = call.text("source-mode");
        if (!List.of("network", "bridge", "direct", "hostdev", "vhostuser").contains(type)) {
            throw new CommandException("No support for " + type + " in command 'attach-interface'");
        }
        if (mode.isPresent() && !mode.get().equals("server") && !mode.get().equals("client")) {
            throw new CommandException("Invalid source mode: " + mode.get());
        }
        var content = new ArrayList<Content>();
        content.add(
                switch (type) {
                    case "network" -> Element.of("source", "network", source);
                    case "bridge" -> Element.of("source", "bridge", source);
                    case "direct" -> Element.of("source", "dev", source);
                    case "hostdev" -> hostDevice(source);
                    default ->
                        Element.of("source", "type", "unix", "path", source)
                                .with("mode", mode.orElseThrow(() -> new CommandException("source-mode is mandatory")));
                });
        call.text("target").ifPresent(target -> content.add(Element.of("target", "dev", target)));
        call.text("mac").ifPresent(mac -> content.add(Element.of("mac", "address", mac)));
        call.text("script").ifPresent(script -> content.add(Element.of("script", "path", script)));
        call.text("model").ifPresent(model -> content.add(Element.of("model", "type", model)));
        call.text("alias").ifPresent(alias -> content.add(Element.of("alias", "name", alias)));
        var limits = limits(call);
        if (!limits.isEmpty()) {
            content.add(new Element("bandwidth", Element.of("x").attributes(), limits, 0));
        }
        var card = Element.of("interface", "type", type);
        if (call.has("managed")) {
            card = card.with("managed", "yes");
        }
        return new Element("interface", card.attributes(), content, 0);
    }

    private static Element hostDevice(String source) {
        var address = BusAddress.pci(source)
                .orElseThrow(
                        () -> new CommandException("cannot parse pci address '" + source + "' for network interface"));
        return new Element("source", Element.of("x").attributes(), List.of(address), 0);
    }

    private static List<Content> limits(Call call) {
        var limits = new ArrayList<Content>();
        call.text("inbound").map(Bandwidth::of).ifPresent(inbound -> {
            if (!inbound.has("average") && !inbound.has("floor")) {
                throw new CommandException("either inbound average or floor is mandatory");
            }
            limits.add(new Element("inbound", inbound.attributes(), List.of(), 0));
        });
        call.text("outbound").map(Bandwidth::of).ifPresent(outbound -> {
            if (!outbound.has("average")) {
                throw new CommandException("outbound average is mandatory");
            }
            if (outbound.has("floor")) {
                throw new CommandException("outbound floor is unsupported yet");
            }
            limits.add(new Element("outbound", outbound.attributes(), List.of(), 0));
        });
        return limits;
    }
}
