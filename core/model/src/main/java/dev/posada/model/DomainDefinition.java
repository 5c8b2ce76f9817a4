package dev.posada.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A domain's configuration as a document in canonical form, with named access to what every driver needs.
 *
 * <p>Canonical means: the root is {@code domain} with a {@code type}; {@code name} and {@code uuid} are there; sizes of
 * memory are in KiB and say so; elements stand in the order libvirt writes them. Whoever makes a definition from
 * outside text sees to that ({@code dev.posada.xml}); changes made here keep it.
 *
 * @param root the {@code domain} element
 */
public record DomainDefinition(Element root) {

    public DomainDefinition {
        if (!root.name().equals("domain")) {
            throw new IllegalArgumentException("a domain definition begins with <domain>, not <" + root.name() + ">");
        }
    }

    /** The kind of domain: {@code kvm}, {@code qemu}, {@code test}… */
    public String type() {
        return root.attribute("type", "");
    }

    public String name() {
        return root.childText("name").orElse("");
    }

    public UUID uuid() {
        return UUID.fromString(root.childText("uuid").orElseThrow());
    }

    /** Memory the domain may have, in KiB. */
    public long maxMemoryKib() {
        return number("memory").orElse(0L);
    }

    /** Memory the domain has when it starts, in KiB. */
    public long memoryKib() {
        return number("currentMemory").orElseGet(this::maxMemoryKib);
    }

    /** Virtual processors the domain may have, at least 1. */
    public int maxVcpus() {
        return root.childText("vcpu")
                .filter(text -> !text.isEmpty())
                .map(Integer::parseInt)
                .orElse(1);
    }

    /** Virtual processors the domain has when it starts. */
    public int vcpus() {
        return root.child("vcpu")
                .flatMap(vcpu -> vcpu.attribute("current"))
                .map(Integer::parseInt)
                .orElseGet(this::maxVcpus);
    }

    /** What runs inside, as {@code hvm}; empty when not given. */
    public String osType() {
        return root.at("os", "type").map(Element::text).orElse("");
    }

    /** The guest's architecture, as {@code x86_64}; empty before defaults are filled. */
    public String architecture() {
        return root.at("os", "type").map(type -> type.attribute("arch", "")).orElse("");
    }

    /** The emulated machine, as {@code pc-q35-7.2}; empty before defaults are filled. */
    public String machine() {
        return root.at("os", "type").map(type -> type.attribute("machine", "")).orElse("");
    }

    /** The emulator's path, when one is given. */
    public Optional<String> emulator() {
        return root.at("devices", "emulator").map(Element::text);
    }

    /** What to do at an ending: {@code destroy}, {@code restart}, {@code preserve}, {@code rename-restart}… */
    public String onPoweroff() {
        return root.childText("on_poweroff").orElse("destroy").toLowerCase(Locale.ROOT);
    }

    public String onReboot() {
        return root.childText("on_reboot").orElse("restart").toLowerCase(Locale.ROOT);
    }

    public String onCrash() {
        return root.childText("on_crash").orElse("destroy").toLowerCase(Locale.ROOT);
    }

    /** All devices in order, whatever their kind. */
    public List<Element> devices() {
        return root.child("devices").map(Element::children).orElse(List.of());
    }

    /** The devices of one kind, as {@code disk}, in order. */
    public List<Element> devices(String kind) {
        return root.child("devices").map(devices -> devices.children(kind)).orElse(List.of());
    }

    /** This definition with another name. */
    public DomainDefinition withName(String name) {
        return withChild(Element.text("name", name));
    }

    /** This definition with a child of the root replaced; one that was not there is put at the end. */
    public DomainDefinition withChild(Element child) {
        return new DomainDefinition(root.withChild(child));
    }

    /** This definition with another start-up memory, in KiB. */
    public DomainDefinition withMemoryKib(long kib) {
        return withChild(Element.text("currentMemory", Long.toString(kib)).with("unit", "KiB"));
    }

    private Optional<Long> number(String child) {
        return root.childText(child).filter(text -> !text.isEmpty()).map(Long::parseUnsignedLong);
    }
}
