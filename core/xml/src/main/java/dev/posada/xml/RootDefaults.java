package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.UUID;

/** Checks the children of a {@code domain} element and fills in what was left out, in libvirt's order of both. */
final class RootDefaults {
    /** The most bytes of a name; with an ending it must still be a file name. */
    static final int MAX_NAME_BYTES = 240;

    private static final Set<String> TYPES = Set.of(
            "qemu",
            "kvm",
            "xen",
            "lxc",
            "uml",
            "openvz",
            "test",
            "vmware",
            "hyperv",
            "vbox",
            "phyp",
            "parallels",
            "bhyve",
            "vz",
            "hvf",
            "docker",
            "jvm",
            "kqemu",
            "none");

    private final Element root;

    RootDefaults(Element root) {
        this.root = root;
    }

    Element fill() {
        var filled = root;
        filled = name(filled);
        filled = uuid(filled);
        type(filled);
        filled = os(filled);
        filled = memory(filled);
        filled = vcpu(filled);
        if (filled.child("clock").isEmpty()) {
            filled = filled.plus(Element.of("clock", "offset", "utc"));
        }
        filled = ending(filled, "on_poweroff", "destroy");
        filled = ending(filled, "on_reboot", "restart");
        filled = ending(filled, "on_crash", "destroy");
        if (filled.child("devices").isEmpty()) {
            filled = filled.plus(Element.of("devices"));
        }
        return filled;
    }

    private static Element name(Element domain) {
        var element = domain.child("name").orElseThrow(() -> noName(domain));
        var name = element.text();
        if (name.isEmpty()) {
            throw noName(element);
        }
        if (name.indexOf('\n') >= 0) {
            throw Invalid.of(ErrorCode.XML_DETAIL, element, "invalid char in name: a line feed");
        }
        if (name.indexOf('/') >= 0) {
            throw Invalid.xml(element, "name " + Invalid.shown(name) + " cannot contain '/'");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw Invalid.xml(element, "name of more than " + MAX_NAME_BYTES + " bytes: choose a shorter one");
        }
        return domain.withChild(element.withText(name));
    }

    private static PosadaException noName(Element where) {
        return Invalid.of(ErrorCode.NO_NAME, where, "the definition: give it a <name>");
    }

    private static Element uuid(Element domain) {
        var element = domain.child("uuid").orElse(Element.of("uuid"));
        var text = element.text();
        if (text.isEmpty()) {
            return domain.withChild(element.withText(UUID.randomUUID().toString()));
        }
        var uuid = Addresses.uuid(text)
                .orElseThrow(() -> Invalid.internal(
                        element, "malformed uuid element: 32 hexadecimal digits are needed, with or without hyphens"));
        return domain.withChild(element.withText(uuid));
    }

    private static void type(Element domain) {
        var type = domain.attribute("type", "");
        if (type.isEmpty()) {
            throw Invalid.internal(domain, "missing domain type attribute: write <domain type='kvm'> or another type");
        }
        if (!TYPES.contains(type)) {
            throw Invalid.unsupported(domain, "invalid domain type " + Invalid.shown(type));
        }
    }

    private static Element os(Element domain) {
        if (domain.child("bootloader").isPresent()) {
            return domain;
        }
        var os = domain.child("os").orElse(Element.of("os"));
        var type = os.child("type").orElse(Element.of("type"));
        var word = type.text();
        if (word.isEmpty()) {
            throw Invalid.xml(os, "an os <type> must be specified: write <os><type>hvm</type></os>");
        }
        if (!Set.of("hvm", "linux", "exe", "uml", "xen", "xenpvh").contains(word)) {
            throw Invalid.unsupported(type, "unknown OS type '" + Invalid.shown(word) + "'");
        }
        boolean boots = os.child("boot").isPresent()
                || os.child("kernel").isPresent()
                || os.child("init").isPresent()
                || !word.equals("hvm")
                || domain.child("devices").stream()
                        .flatMap(devices -> devices.children().stream())
                        .anyMatch(device -> device.child("boot").isPresent());
        return boots ? domain : domain.withChild(os.plus(Element.of("boot", "dev", "hd")));
    }

    private static Element memory(Element domain) {
        long kib = domain.child("memory")
                .filter(element -> !element.text().isEmpty())
                .map(MemorySize::kib)
                .orElse(0L);
        if (kib == 0) {
            kib = domain.at("cpu", "numa").stream()
                    .flatMap(numa -> numa.children("cell").stream())
                    .mapToLong(cell ->
                            MemorySize.kib(cell, cell.attribute("memory", "0"), cell.attribute("unit", ""), "KiB"))
                    .sum();
        }
        if (kib == 0) {
            throw Invalid.xml(
                    domain.child("memory").orElse(domain),
                    "Memory size must be specified via <memory> or in the <numa> configuration");
        }
        long current = domain.child("currentMemory")
                .filter(element -> !element.text().isEmpty())
                .map(MemorySize::kib)
                .orElse(0L);
        if (current == 0 || current > kib) {
            current = kib;
        }
        return size(size(domain, "memory", kib), "currentMemory", current);
    }

    private static Element size(Element domain, String name, long kib) {
        var old = domain.child(name).orElse(Element.of(name));
        return domain.withChild(old.with("unit", "KiB").withText(Long.toString(kib)));
    }

    private static Element vcpu(Element domain) {
        var element = domain.child("vcpu").orElse(Element.text("vcpu", "1"));
        int maximum = count(element, element.text(), "maximum vcpus count must be an integer");
        if (maximum == 0) {
            throw Invalid.internal(element, "CPU IDs in <numa> exceed the <vcpu> count: at least 1 vcpu is needed");
        }
        var filled = element.attributes().containsKey("placement") ? element : placed(element);
        var current = element.attribute("current");
        if (current.isPresent()) {
            int now = count(element, current.get(), "current vcpus count must be an integer");
            if (now > maximum) {
                throw Invalid.unsupported(element, "maximum vCPU count must not be less than current vCPU count");
            }
            if (now == maximum) {
                filled = filled.without("current");
            }
        }
        return domain.withChild(filled.withText(Integer.toString(maximum)));
    }

    private static Element placed(Element vcpu) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("placement", "static");
        attributes.putAll(vcpu.attributes());
        return vcpu.withAttributes(attributes);
    }

    private static int count(Element where, String text, String problem) {
        try {
            int count = Integer.parseInt(text.strip());
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Reported below with the same words as a negative number.
        }
        throw Invalid.xml(where, problem + ", not '" + Invalid.shown(text) + "'");
    }

    private static Element ending(Element domain, String name, String otherwise) {
        if (domain.childText(name).filter(text -> !text.isEmpty()).isPresent()) {
            return domain;
        }
        return domain.withChild(Element.text(name, otherwise));
    }
}
