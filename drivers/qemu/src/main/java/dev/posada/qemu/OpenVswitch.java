package dev.posada.qemu;

import dev.posada.link.HostCommands;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ports of an Open vSwitch, by its own tool. */
final class OpenVswitch {
    private static final String TOOL = "ovs-vsctl";
    private static final String PATIENCE = "--timeout=5";

    private final HostCommands commands;

    OpenVswitch(HostCommands commands) {
        this.commands = commands;
    }

    /**
     * Makes a link a port of a switch, with the VLAN tags of its interface.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} without the tool, {@code INTERNAL_ERROR} when it refuses
     */
    void addPort(String bridge, String link, Element nic) {
        if (!HostCommands.has(TOOL)) {
            throw Refusal.unsupported("virtualport type='openvswitch' needs the program " + TOOL
                    + ", which is not here: install the package openvswitch-switch");
        }
        try {
            commands.run("Unable to add port " + link + " to OVS bridge " + bridge, portCommand(bridge, link, nic));
        } catch (LinkException e) {
            throw new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.NONE, e.getMessage(), e);
        }
    }

    /** The command that makes a port. */
    static List<String> portCommand(String bridge, String link, Element nic) {
        var words = new ArrayList<>(List.of(TOOL, PATIENCE, "--", "--if-exists", "del-port", link));
        words.addAll(List.of("--", "add-port", bridge, link));
        nic.child("vlan").ifPresent(vlan -> words.addAll(tags(vlan)));
        words.addAll(List.of("--", "set", "Interface", link));
        words.add("external-ids:attached-mac=\"" + HostLinks.mac(nic) + "\"");
        nic.at("virtualport", "parameters").ifPresent(parameters -> {
            parameters.attribute("interfaceid").ifPresent(id -> words.add("external-ids:iface-id=\"" + id + "\""));
            parameters.attribute("profileid").ifPresent(id -> words.add("external-ids:port-profile=\"" + id + "\""));
        });
        words.add("external-ids:iface-status=active");
        return words;
    }

    private static List<String> tags(Element vlan) {
        var tags = vlan.children("tag");
        var words = new ArrayList<String>();
        var natives = tags.stream()
                .filter(tag -> tag.attribute("nativeMode").isPresent())
                .findFirst();
        natives.ifPresent(tag -> {
            words.add("vlan_mode=native-" + tag.attribute("nativeMode", "untagged"));
            words.add("tag=" + tag.attribute("id", "0"));
        });
        boolean trunk = vlan.has("trunk", "yes") || tags.size() > 1 || natives.isPresent();
        if (trunk) {
            words.add("trunk="
                    + tags.stream().map(tag -> tag.attribute("id", "0")).collect(Collectors.joining(",")));
        } else {
            tags.stream().findFirst().ifPresent(tag -> words.add("tag=" + tag.attribute("id", "0")));
        }
        return words;
    }

    /** Takes a port away; one that is not there is passed over. */
    void removePort(String link) {
        if (HostCommands.has(TOOL)) {
            commands.attempt(
                    "Unable to delete port " + link + " from OVS",
                    "",
                    List.of(TOOL, PATIENCE, "--", "--if-exists", "del-port", link));
        }
    }
}
