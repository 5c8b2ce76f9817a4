package dev.posada.install;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a host can run, from its capabilities document. */
final class Capabilities {
    private final Element document;

    Capabilities(Element document) {
        this.document = document;
    }

    /**
     * A way to run a guest.
     *
     * @param guest the {@code guest} element it is from
     * @param type the kind of hypervisor
     * @param machines the names and the canonical names of its machines, the default first
     */
    record Choice(
            Element guest,
            Element domain,
            String type,
            String osType,
            String architecture,
            Optional<String> loader,
            Optional<String> emulator,
            List<String> machines) {

        /** Whether a machine goes by a canonical name too. */
        boolean isAlias(String machine, String canonical) {
            return machineElements(guest, domain).stream()
                    .anyMatch(element -> element.text().equals(machine) && element.has("canonical", canonical));
        }

        /** The short names that stand for the newest machines. */
        List<String> aliases() {
            return machineElements(guest, domain).stream()
                    .filter(element -> element.attribute("canonical").isPresent())
                    .map(Element::text)
                    .toList();
        }

        /** Whether a feature is there, such as {@code pae}. */
        boolean has(String feature) {
            return guest.at("features", feature).isPresent();
        }

        /** Whether a feature is there and on unless said otherwise. */
        boolean hasOn(String feature) {
            return guest.at("features", feature)
                    .flatMap(element -> element.attribute("default"))
                    .filter(value -> !value.equals("off"))
                    .isPresent();
        }
    }

    Optional<String> architecture() {
        return document.at("host", "cpu", "arch").map(Element::text);
    }

    Optional<String> processorModel() {
        return document.at("host", "cpu", "model").map(Element::text);
    }

    /** The models of security, the first one first. */
    List<String> securityModels() {
        return document.child("host").stream()
                .flatMap(host -> host.children("secmodel").stream())
                .flatMap(model -> model.childText("model").stream())
                .toList();
    }

    /** The number of the user that guests run as, where the host says so. */
    Optional<String> guestUser() {
        return document.child("host").stream()
                .flatMap(host -> host.children("secmodel").stream())
                .filter(model -> model.childText("model").filter("dac"::equals).isPresent())
                .flatMap(model -> model.children("baselabel").stream())
                .filter(label -> label.has("type", "qemu") || label.has("type", "kvm"))
                .map(Element::text)
                .findFirst()
                .map(label ->
                        label.substring(0, Math.max(label.indexOf(':'), 0)).replace("+", ""));
    }

    /**
     * The best way to run a guest of which some things may be given.
     *
     * @throws InstallException when the host has none
     */
    Choice choose(
            Optional<String> osType, Optional<String> architecture, Optional<String> type, Optional<String> machine) {
        var os = osType.map(name -> name.equals("linux") ? "xen" : name);
        var guest = guest(os, architecture).orElseThrow(() -> new InstallException(noGuest(os, architecture)));
        var domain = domain(guest, type, machine).orElseThrow(() -> noDomain(guest, type, machine));
        return new Choice(
                guest,
                domain,
                domain.attribute("type", ""),
                guest.childText("os_type").orElse(""),
                arch(guest).attribute("name", ""),
                arch(guest).childText("loader"),
                domain.childText("emulator").or(() -> arch(guest).childText("emulator")),
                machines(guest, domain));
    }

    private Optional<Element> guest(Optional<String> osType, Optional<String> architecture) {
        var wanted = new ArrayList<Optional<String>>();
        if (architecture.isPresent()) {
            wanted.add(architecture);
        } else {
            wanted.add(architecture());
            wanted.add(Optional.empty());
        }
        for (var arch : wanted) {
            for (var guest : document.children("guest")) {
                boolean fits = osType.isEmpty() || guest.childText("os_type").equals(osType);
                if (fits && (arch.isEmpty() || arch(guest).attribute("name").equals(arch))) {
                    return Optional.of(guest);
                }
            }
        }
        return Optional.empty();
    }

    private static Element arch(Element guest) {
        return guest.child("arch").orElse(Element.of("arch"));
    }

    private static Optional<Element> domain(Element guest, Optional<String> type, Optional<String> machine) {
        var domains = arch(guest).children("domain").stream()
                .filter(domain ->
                        type.isEmpty() || domain.has("type", type.get().toLowerCase(Locale.ROOT)))
                .filter(domain -> machine.isEmpty() || machines(guest, domain).contains(machine.get()))
                .toList();
        for (var best : List.of("kvm", "xen", "qemu")) {
            for (var domain : domains) {
                if (domain.has("type", best)) {
                    return Optional.of(domain);
                }
            }
        }
        return domains.isEmpty() ? Optional.empty() : Optional.of(domains.getLast());
    }

    private static List<Element> machineElements(Element guest, Element domain) {
        var own = domain.children("machine");
        return own.isEmpty() ? arch(guest).children("machine") : own;
    }

    private static List<String> machines(Element guest, Element domain) {
        var names = new ArrayList<String>();
        for (var machine : machineElements(guest, domain)) {
            names.add(machine.text());
            machine.attribute("canonical").filter(name -> !names.contains(name)).ifPresent(names::add);
        }
        return names;
    }

    private static String noGuest(Optional<String> osType, Optional<String> architecture) {
        if (architecture.isPresent() && osType.isPresent()) {
            return "Host does not support virtualization type '" + osType.get() + "' for architecture '"
                    + architecture.get() + "'";
        }
        if (architecture.isPresent()) {
            return "Host does not support any virtualization options for architecture '" + architecture.get() + "'";
        }
        return osType.map(os -> "Host does not support virtualization type '" + os + "'")
                .orElse("Host does not support any virtualization options");
    }

    private static InstallException noDomain(Element guest, Optional<String> type, Optional<String> machine) {
        var kind = "virtualization type '" + guest.childText("os_type").orElse("") + "' with architecture '"
                + arch(guest).attribute("name", "") + "'";
        var named = "Host does not support domain type " + type.orElse("None");
        return new InstallException(machine.map(name -> named + " with machine '" + name + "' for " + kind)
                .orElse(named + " for " + kind));
    }
}
