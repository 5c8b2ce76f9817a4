package dev.posada.docker;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this driver honours of a definition. What it does not is refused when the domain starts: better no container than
 * one that lacks what somebody asked for.
 *
 * <p>The text has an element a line, two spaces a level, with its attributes; a star after a name stands for whatever is
 * inside. Pure.
 */
final class Honour {
    private static final int SHOWN_MAX = 5;

    private static final Node ROOT = Node.of("""
            domain type id
              name
              uuid
              genid
              title
              description
              metadata *
              memory unit
              currentMemory unit
              blkiotune
                weight
                device
                  path
                  read_iops_sec
                  write_iops_sec
                  read_bytes_sec
                  write_bytes_sec
              memtune
                hard_limit unit
                soft_limit unit
                swap_hard_limit unit
              vcpu placement cpuset current
              cputune
                shares
                period
                quota
                global_period
                global_quota
                vcpupin vcpu cpuset
              numatune
                memory mode placement nodeset
              os
                type arch
                init
                initarg
                initenv name
                initdir
                inituser
                initgroup
              features
                privnet
                capabilities *
              clock offset
              on_poweroff
              on_reboot
              on_crash
              devices
                filesystem type accessmode
                  source name dir volume usage units
                  target dir
                  readonly
                  alias name
                interface type
                  mac address type
                  source name network portgroup portid bridge macTableManager
                  ip address family prefix
                  route family address prefix gateway metric
                  target dev managed
                  guest dev actual
                  model type
                  filterref *
                  bandwidth *
                  link state
                  mtu size
                  portForward proto address
                    range start end to exclude
                  alias name
                console type tty
                  source path
                  target type port
                  alias name
                hostdev mode type
                  source
                    char
                    block
                  alias name
              seclabel *
              docker:container *
            """);

    private Honour() {}

    /**
     * Returns when all of a definition is honoured.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED}, naming what is not
     */
    static void check(DomainDefinition definition) {
        var found = new ArrayList<String>();
        search(definition.root(), ROOT, "/domain", found);
        refuseOdd(definition, found);
        if (!found.isEmpty()) {
            throw Refusal.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "no container can do what domain '" + definition.name() + "' asks for with "
                            + String.join(", ", found.subList(0, Math.min(found.size(), SHOWN_MAX)))
                            + (found.size() > SHOWN_MAX ? ", …" : "") + "; take it out");
        }
    }

    /** What is honoured in some values only. */
    private static void refuseOdd(DomainDefinition definition, List<String> found) {
        definition
                .root()
                .child("clock")
                .filter(clock -> !clock.has("offset", "utc"))
                .ifPresent(_ -> found.add("/domain/clock (a container has the host's)"));
        definition
                .root()
                .at("numatune", "memory")
                .filter(memory -> !memory.has("mode", "strict"))
                .ifPresent(_ -> found.add("/domain/numatune/memory/@mode"));
        definition.devices("filesystem").stream()
                .filter(one -> !one.attribute("accessmode", "passthrough").equals("passthrough"))
                .forEach(_ -> found.add("/domain/devices/filesystem/@accessmode"));
        definition.root().children("seclabel").stream()
                .filter(label -> !label.has("type", "none"))
                .forEach(_ -> found.add("/domain/seclabel"));
        definition.devices("interface").stream()
                .filter(nic -> nic.has("type", "internal"))
                .forEach(nic -> List.of("filterref", "bandwidth", "link", "mtu").stream()
                        .filter(part -> nic.child(part).isPresent())
                        .forEach(part -> found.add("/domain/devices/interface/" + part)));
    }

    private static void search(Element element, Node node, String path, List<String> found) {
        if (node.anything) {
            return;
        }
        for (var attribute : element.attributes().sequencedKeySet()) {
            if (!node.attributes.contains(attribute) && !attribute.startsWith("xmlns")) {
                found.add(path + "/@" + attribute);
            }
        }
        for (var child : element.children()) {
            var known = node.children.get(child.name());
            if (known == null) {
                found.add(path + "/" + child.name());
            } else {
                search(child, known, path + "/" + child.name(), found);
            }
        }
    }

    private static final class Node {
        private final Set<String> attributes = new HashSet<>();
        private final Map<String, Node> children = new HashMap<>();
        private boolean anything;

        static Node of(String text) {
            var above = new ArrayList<Node>();
            for (var line : text.lines().toList()) {
                int level = (line.length() - line.stripLeading().length()) / 2;
                var words = List.of(line.strip().split(" ", -1));
                var node = new Node();
                node.anything = words.contains("*");
                node.attributes.addAll(words.subList(1, words.size()));
                if (level > 0) {
                    above.get(level - 1).children.put(words.getFirst(), node);
                }
                above.subList(level, above.size()).clear();
                above.add(node);
            }
            return above.getFirst();
        }
    }
}
