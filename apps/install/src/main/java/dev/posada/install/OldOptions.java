package dev.posada.install;

import dev.posada.install.Arguments.Given;
import java.util.ArrayList;
import java.util.List;

/** Options as virt-install once had them, turned into those it has now. */
final class OldOptions {
    private final Given given;
    private final Messages messages;

    OldOptions(Given given, Messages messages) {
        this.given = given;
        this.messages = messages;
    }

    void convert() {
        cdrom();
        if (given.has("force") && !given.has("check")) {
            given.put("check", List.of("all=off"));
        }
        memory();
        networks();
        graphics();
        disks();
        features();
        append("cpuset", "vcpus", ",cpuset=");
        init();
        if (given.text("wait").filter("0"::equals).isPresent()) {
            messages.warn("Treating --wait 0 as --noautoconsole");
            given.put("noautoconsole", List.of(""));
            given.put("wait", List.of());
        }
        stub();
        if (given.has("os-type")) {
            messages.warn("--os-type is deprecated and does nothing. Please stop using it.");
        }
    }

    private void cdrom() {
        var shortened = given.text("c");
        if (shortened.isEmpty()) {
            return;
        }
        if (given.has("cdrom")) {
            throw new BadWord("Cannot use -c and --cdrom at the same time");
        }
        if (shortened.get().contains("://")) {
            throw new BadWord(
                    "-c specified with what looks like a libvirt URI. Did you mean to use --connect? If not, use"
                            + " --cdrom instead");
        }
        given.put("cdrom", List.of(shortened.get()));
    }

    private void memory() {
        var old = given.text("ram").filter(text -> !text.equals("0"));
        if (!given.has("memory") && old.isPresent()) {
            given.put("memory", List.of(Long.toString(Values.integer(old.get()))));
        }
    }

    private void networks() {
        if (given.has("nonetworks")) {
            given.put("network", List.of("none"));
        }
        var macs = given.all("mac");
        var networks = new ArrayList<>(given.all("network"));
        if (given.has("bridge")) {
            if (!networks.isEmpty()) {
                throw new BadWord("Cannot use --bridge and --network at the same time");
            }
            given.all("bridge").forEach(bridge -> networks.add("bridge:" + bridge));
        }
        while (networks.size() < Math.max(macs.size(), 1)) {
            networks.add("default");
        }
        for (int i = 0; i < networks.size(); i++) {
            var network = networks.get(i) + (i < macs.size() ? ",mac=" + macs.get(i) : "");
            for (var prefix : List.of("network", "bridge")) {
                if (network.startsWith(prefix + ":")) {
                    network = network.replace(prefix + ":", prefix + "=");
                }
            }
            networks.set(i, network);
        }
        given.put("network", networks);
    }

    private void graphics() {
        boolean old = given.has("vnc") || given.has("sdl") || given.has("keymap");
        if (given.has("graphics") && (old || given.has("vncport") || given.has("vnclisten"))) {
            throw new BadWord("Cannot mix --graphics and old style graphical options");
        }
        var kinds = List.of("vnc", "nographics", "sdl", "graphics").stream()
                .filter(given::has)
                .toList();
        if (kinds.size() > 1) {
            throw new BadWord("Can't specify more than one of VNC, SDL, --graphics or --nographics");
        }
        if (kinds.isEmpty() || given.has("graphics")) {
            return;
        }
        var text = new StringBuilder(kinds.getFirst().equals("nographics") ? "none" : kinds.getFirst());
        given.text("vnclisten").ifPresent(listen -> text.append(",listen=").append(listen));
        given.text("vncport").ifPresent(port -> text.append(",port=").append(port));
        given.text("keymap").ifPresent(keymap -> text.append(",keymap=").append(keymap));
        given.put("graphics", List.of(text.toString()));
    }

    private void disks() {
        boolean none = given.has("nodisks");
        if (none && (given.has("file") || given.has("disk") || given.has("file-size"))) {
            throw new BadWord("Cannot specify storage and use --nodisks");
        }
        if (given.has("disk") && (given.has("file") || given.has("file-size") || given.has("nonsparse"))) {
            throw new BadWord("Cannot mix --file, --nonsparse, or --file-size with --disk options. Use --disk"
                    + " PATH[,size=SIZE][,sparse=yes|no]");
        }
        if (given.has("disk")) {
            return;
        }
        if (none) {
            given.put("disk", List.of("none"));
            return;
        }
        var files = given.all("file");
        var sizes = given.all("file-size");
        var disks = new ArrayList<String>();
        for (int i = 0; i < Math.max(files.size(), sizes.size()); i++) {
            var words = new ArrayList<String>();
            if (i < files.size() && !files.get(i).isEmpty()) {
                words.add("path=" + files.get(i));
            }
            if (i < sizes.size()) {
                words.add("size=" + sizes.get(i));
            }
            if (given.has("nonsparse")) {
                words.add("sparse=no");
            }
            disks.add(String.join(",", words));
        }
        given.put("disk", disks);
    }

    private void features() {
        if (given.has("features")) {
            return;
        }
        var off = List.of("acpi", "apic").stream()
                .filter(name -> given.has("no" + name))
                .map(name -> name + "=off")
                .toList();
        if (!off.isEmpty()) {
            given.put("features", List.of(String.join(",", off)));
        }
    }

    private void append(String old, String option, String prefix) {
        given.text(old).filter(text -> !text.isEmpty()).ifPresent(text -> {
            var all = new ArrayList<>(given.all(option));
            all.add(prefix + text);
            given.put(option, all);
        });
    }

    private void init() {
        given.text("init").filter(text -> !text.isEmpty()).ifPresent(text -> {
            var all = new ArrayList<>(given.has("boot") ? given.all("boot") : List.of(""));
            all.set(all.size() - 1, all.getLast() + ",init=" + text);
            given.put("boot", all);
        });
    }

    /** A guest that needs nothing more said, for trying one option. */
    private void stub() {
        if (!given.has("test-stub-command")) {
            return;
        }
        given.put("import", List.of(""));
        fill("connect", "test:///default");
        fill("name", "test-stub-command");
        fill("memory", "256");
        fill("disk", "none");
        fill("graphics", "none");
        fill("osinfo", "fedora27");
    }

    private void fill(String key, String value) {
        var name = key.equals("osinfo") ? "os-variant" : key;
        if (given.text(name).isEmpty()) {
            given.put(name, List.of(value));
        }
    }
}
