package dev.posada.xml;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Checks what stands directly in a {@code domain} element and fills in what was left out, in libvirt's order of both. */
final class RootDefaults {
    /** The most bytes of a name; with an ending it must still be a file name. */
    static final int MAX_NAME_BYTES = 240;

    /** The most virtual processors a definition can ask for; what a driver can do is less. */
    static final int MAX_VCPUS = 65535;

    private static final int LEAST_RETRIES = 4095;

    /** Features that are on when nothing is said. */
    private static final Set<String> SWITCHES =
            Set.of("hap", "pvspinlock", "pmu", "vmport", "vmcoreinfo", "smm", "ps2", "ras");

    /** Types whose images or main classes say what is run, so that a definition need not. */
    private static final Set<String> STARTABLE_BY_THEMSELVES = Set.of("docker", "jvm");

    private RootDefaults() {}

    /** What a definition is known by: name, uuid and type. Nothing else has been checked yet. */
    static Element identity(Element domain) {
        var identified = name(domain);
        identified = uuid(identified);
        if (domain.attribute("type", "").isEmpty()) {
            throw Invalid.internal(domain, "missing domain type attribute: write <domain type='kvm'> or another type");
        }
        return identified;
    }

    /** All the rest but the devices, of a definition whose values are canonical. */
    static Element fill(Element domain) {
        var filled = texts(domain);
        filled = os(filled);
        filled = memory(filled);
        filled = Processors.fill(filled);
        filled = features(filled);
        filled = clock(filled);
        filled = ending(filled, "on_poweroff", "destroy");
        filled = ending(filled, "on_reboot", "restart");
        return ending(filled, "on_crash", "destroy");
    }

    private static Element name(Element domain) {
        var element = domain.child("name").orElseThrow(() -> noName(domain));
        var name = element.text();
        if (element.content().isEmpty()) {
            throw noName(element);
        }
        if (name.isEmpty()) {
            throw Invalid.xml(element, "name of white space alone: use characters that can be seen");
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

    private static Element texts(Element domain) {
        var title = domain.childText("title").orElse("");
        if (title.indexOf('\n') >= 0) {
            throw Invalid.xml(domain.child("title").orElse(domain), "Domain title can't contain newlines");
        }
        var filled = domain.withoutChildren(child -> child.content().isEmpty()
                && (child.name().equals("title") || child.name().equals("description")));
        var generation = filled.child("genid");
        if (generation.isPresent() && generation.get().text().isEmpty()) {
            filled =
                    filled.withChild(generation.get().withText(UUID.randomUUID().toString()));
        }
        return filled;
    }

    private static Element os(Element domain) {
        var os = domain.child("os").orElse(Element.of("os"));
        var word = os.childText("type").orElse("");
        if (word.isEmpty()) {
            if (domain.child("bootloader").isPresent()) {
                return domain;
            }
            throw Invalid.xml(os, "an os <type> must be specified: write <os><type>hvm</type></os>");
        }
        boolean knowsItsProgram = STARTABLE_BY_THEMSELVES.contains(domain.attribute("type", ""));
        if (word.equals("exe")
                && !knowsItsProgram
                && os.childText("init").orElse("").isEmpty()) {
            throw Invalid.xml(os, "init binary must be specified");
        }
        if (!word.equals("hvm")) {
            return domain;
        }
        var content = new ArrayList<Element>();
        Set<Element> boots = new HashSet<>();
        for (var child : os.children()) {
            if (child.name().equals("loader")) {
                content.add(loader(child, os));
            } else if (!child.name().equals("boot")) {
                content.add(child);
            } else if (boots.add(Element.of("boot", "dev", child.attribute("dev", "")))) {
                content.add(child);
            }
        }
        if (boots.isEmpty() && !bootsByDevice(domain)) {
            content.add(Element.of("boot", "dev", "hd"));
        }
        return domain.withChild(os.withContent(content));
    }

    private static Element loader(Element loader, Element os) {
        boolean chosenByHost =
                os.attributes().containsKey("firmware") || loader.attributes().containsKey("type");
        return chosenByHost || loader.text().isEmpty() ? loader : loader.with("type", "rom");
    }

    private static boolean bootsByDevice(Element domain) {
        var devices = domain.child("devices");
        return devices.isPresent()
                && devices.get().children().stream()
                        .anyMatch(device -> device.child("boot").isPresent());
    }

    private static Element memory(Element domain) {
        long kib = size(domain, "memory");
        if (kib == 0) {
            kib = domain.at("cpu", "numa").map(RootDefaults::cells).orElse(0L);
        }
        if (kib == 0) {
            throw Invalid.xml(
                    domain.child("memory").orElse(domain),
                    "Memory size must be specified via <memory> or in the <numa> configuration");
        }
        long current = size(domain, "currentMemory");
        if (current == 0 || current > kib) {
            current = kib;
        }
        var most = domain.child("maxMemory");
        if (most.isPresent()) {
            long maximum = size(domain, "maxMemory");
            int slots = DeviceAddress.number(most.get(), "slots", 0);
            if (maximum == 0 || slots == 0) {
                throw Invalid.xml(most.get(), "both maximum memory size and memory slot count must be specified");
            }
            if (maximum < kib) {
                throw Invalid.xml(
                        most.get(), "maximum memory size must be equal or greater than the actual memory size");
            }
        }
        return size(size(domain, "memory", kib), "currentMemory", current);
    }

    private static long cells(Element numa) {
        long sum = 0;
        for (var cell : numa.children("cell")) {
            sum += MemorySize.kib(cell, cell.attribute("memory", ""), cell.attribute("unit", ""), "KiB");
        }
        return sum;
    }

    /** A size that is canonical already, in KiB; 0 when it is missing. */
    private static long size(Element domain, String name) {
        var element = domain.child(name);
        return element.isEmpty() || element.get().text().isEmpty() ? 0 : MemorySize.kib(element.get());
    }

    private static Element size(Element domain, String name, long kib) {
        var old = domain.child(name).orElse(Element.of(name));
        return domain.withChild(old.with("unit", "KiB").withText(Long.toString(kib)));
    }

    private static Element features(Element domain) {
        var features = domain.child("features");
        if (features.isEmpty()) {
            return domain;
        }
        var filled = new ArrayList<Element>();
        for (var feature : features.get().children()) {
            if (filled.stream().noneMatch(other -> other.name().equals(feature.name()))) {
                filled.add(feature(feature));
            }
        }
        if (filled.isEmpty()) {
            return domain.withoutChildren(child -> child.name().equals("features"));
        }
        return domain.withChild(features.get().withContent(filled));
    }

    private static Element feature(Element feature) {
        if (SWITCHES.contains(feature.name())) {
            return feature.attributes().containsKey("state") ? feature : feature.with("state", "on");
        }
        if (!feature.name().equals("hyperv")) {
            return feature;
        }
        var spinlocks = feature.child("spinlocks").filter(spin -> spin.has("state", "on"));
        if (spinlocks.isPresent() && DeviceAddress.number(spinlocks.get(), "retries", 0) < LEAST_RETRIES) {
            throw Invalid.xml(spinlocks.get(), "HyperV spinlock retry count must be at least " + LEAST_RETRIES);
        }
        return feature.attributes().containsKey("mode") ? feature : feature.with("mode", "custom");
    }

    private static Element clock(Element domain) {
        var clock = domain.child("clock").orElse(Element.of("clock"));
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("offset", clock.attribute("offset", "utc"));
        attributes.putAll(clock.attributes());
        var offset = clock.attribute("offset", "utc");
        var adjustment = clock.attribute("adjustment", "");
        if ((offset.equals("utc") || offset.equals("localtime")) && Kind.DELTA.accepts(adjustment)) {
            // A number of seconds makes the clock a variable one, counted from what it was.
            attributes.put("offset", "variable");
            attributes.put("basis", offset);
        } else if (offset.equals("variable")) {
            attributes.putIfAbsent("adjustment", "0");
            attributes.putIfAbsent("basis", "utc");
        }
        return domain.withChild(clock.withAttributes(attributes));
    }

    private static Element ending(Element domain, String name, String otherwise) {
        return domain.childText(name).orElse("").isEmpty() ? domain.withChild(Element.text(name, otherwise)) : domain;
    }

    /** A domain's children of a name, or none. */
    static List<Element> inside(Element domain, String name) {
        return domain.child(name).map(Element::children).orElse(List.of());
    }
}
