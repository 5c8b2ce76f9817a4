package dev.posada.install;

import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code --disk}: finds what is to be behind the disk, or plans a volume for it. */
final class DiskOption {
    private static final BigDecimal BYTES_PER_GIB = new BigDecimal(1024L * 1024 * 1024);

    private final OptionSetter option;
    private final Guest guest;
    private final Host host;
    private final Draft disk;
    private final DiskDefaults defaults;

    DiskOption(OptionSetter option, Draft disk) {
        this.option = option;
        this.disk = disk;
        guest = option.guest();
        host = guest.host();
        defaults = new DiskDefaults(guest);
    }

    Optional<List<Draft>> apply() {
        var words = option.words();
        move("bus", "target.bus");
        move("cache", "driver.cache");
        var backing = take("backing_store");
        var backingFormat = take("backing_format");
        var pool = take("pool");
        var volume = take("vol");
        var size = take("size").map(DiskOption::size);
        var format = take("format");
        boolean sparse = words.containsKey("sparse")
                ? Values.bool(take("sparse").orElse("")).orElseThrow(() -> new BadWord("sparse must be 'yes' or 'no'"))
                : true;
        take("perms").ifPresent(this::permissions);
        var type = take("type");
        if (volume.isPresent()) {
            var parts = volume.get().split("/", -1);
            if (parts.length != 2) {
                throw new InstallException("Storage volume must be specified as vol=poolname/volname");
            }
            pool = Optional.of(parts[0]);
            volume = Optional.of(parts[1]);
        }
        type.ifPresent(text -> disk.set("@type", text));
        option.writeWords(disk);
        boolean wantsSize = size.filter(bytes -> bytes.signum() != 0).isPresent();
        if (wantsSize
                && volume.isEmpty()
                && pool.isEmpty()
                && guest.storage(disk).path().isEmpty()
                && defaults.type(disk).equals("file")) {
            pool = Optional.of("default");
        }
        var target = pool.map(name -> running(name.equals("default") ? StoragePaths.defaultPool(host) : name));
        if (volume.isPresent()) {
            var name = volume.get();
            var found = host.pool(target.orElseThrow()).volume(name).orElseThrow(() -> StoragePaths.noVolume(name));
            guest.setStorage(disk, DiskStorage.ofVolume(host, document(target.get()), Documents.parse(found.xml())));
            defaults.place(disk);
            target = Optional.empty();
        }
        // A source that is described piece by piece is looked for when the disk is checked, not before.
        boolean missing = guest.knowsStorage(disk) && !guest.storage(disk).exists();
        if ((target.isPresent() || missing) && (format.isPresent() || wantsSize || sparse || backing.isPresent())) {
            plan(target, new Wishes(size, format, sparse, backing, backingFormat));
        }
        return Optional.of(List.of(disk));
    }

    private record Wishes(
            Optional<BigDecimal> gibibytes,
            Optional<String> format,
            boolean sparse,
            Optional<String> backing,
            Optional<String> backingFormat) {}

    private void move(String from, String to) {
        var value = option.words().remove(from);
        if (value != null) {
            option.words().put(to, value);
        }
    }

    private Optional<String> take(String name) {
        var value = option.words().remove(name);
        return value == null ? Optional.empty() : value.filter(text -> !text.isEmpty());
    }

    private static BigDecimal size(String text) {
        try {
            return Values.decimal(text);
        } catch (InstallException e) {
            throw new BadWord("Improper value for 'size': " + e.getMessage());
        }
    }

    private void permissions(String word) {
        switch (word) {
            case "ro" -> option.words().put("readonly", Optional.of("on"));
            case "sh" -> option.words().put("shareable", Optional.of("on"));
            case "rw" -> {
                // So it is by default.
            }
            default -> throw new BadWord("Unknown 'perms' value '" + word + "'");
        }
    }

    private String running(String name) {
        StoragePaths.ensureRunning(host.pool(name));
        return name;
    }

    private Element document(String pool) {
        return Documents.parse(host.pool(pool).xml());
    }

    private void plan(Optional<String> target, Wishes wishes) {
        var pool = target.map(this::document)
                .or(() ->
                        guest.storage(disk) instanceof DiskStorage.Present present ? present.pool() : Optional.empty());
        boolean files =
                pool.filter(each -> DiskStorage.poolType(each).equals("file")).isPresent();
        var format = wishes.format.or(() -> files && (host.isQemu() || host.isTest())
                ? Optional.of("qcow2")
                : files ? Optional.of("raw") : Optional.empty());
        var name = target.isPresent()
                ? newName(pool.orElseThrow(), target.get(), format)
                : Values.baseName(guest.storage(disk).path().orElse(""));
        if (wishes.gibibytes.isEmpty()) {
            throw new InstallException("Size must be specified for non existent volume '" + name + "'");
        }
        if (pool.isEmpty()) {
            throw new InstallException("Don't know how to create storage for path '" + name
                    + "'. Use libvirt APIs to manage the parent directory as a pool first.");
        }
        if (format.isPresent() && !files) {
            throw new InstallException("Format attribute not supported for this volume type");
        }
        long capacity = wishes.gibibytes.get().multiply(BYTES_PER_GIB).longValue();
        var poolName = pool.get().childText("name").orElse("");
        boolean sparse = wishes.sparse && !pool.get().has("type", "logical");
        var xml = volume(name, capacity, sparse, format, wishes);
        boolean tables = format.filter("qcow2"::equals).isPresent() && wishes.backing.isEmpty() && !host.isTest();
        guest.setStorage(
                disk,
                new DiskStorage.Planned(
                        new PlannedVolume(poolName, name, xml, capacity, tables), pool.get(), format, sparse));
        defaults.place(disk);
    }

    private String volume(String name, long capacity, boolean sparse, Optional<String> format, Wishes wishes) {
        var volume = Element.of("volume")
                .plus(Element.text("name", name))
                .plus(Element.text("capacity", Long.toString(capacity)))
                .plus(Element.text("allocation", sparse ? "0" : Long.toString(capacity)));
        if (format.isPresent()) {
            var target = Element.of("target").plus(Element.of("format", "type", format.get()));
            if (format.get().equals("qcow2")) {
                target = target.plus(Element.of("features").plus(Element.of("lazy_refcounts")));
            }
            volume = volume.plus(target);
        }
        if (wishes.backing.isPresent()) {
            var store = Element.of("backingStore").plus(Element.text("path", wishes.backing.get()));
            var backingFormat = wishes.backingFormat.or(() -> formatOf(wishes.backing.get()));
            if (backingFormat.isPresent()) {
                store = store.plus(Element.of("format", "type", backingFormat.get()));
            }
            volume = volume.plus(store);
        }
        return Documents.format(volume);
    }

    private Optional<String> formatOf(String path) {
        var backing = StoragePaths.manage(host, Optional.of(path));
        return backing.volume().isPresent() ? backing.format() : Optional.empty();
    }

    /** A name for a volume that neither the pool nor another disk of this guest has. */
    private String newName(Element pool, String poolName, Optional<String> format) {
        var found = host.pool(poolName);
        found.refresh();
        var folder = pool.at("target", "path").map(Element::text).orElse("");
        var taken = new ArrayList<String>();
        for (var other : guest.devices("disk")) {
            guest.storage(other)
                    .path()
                    .filter(path -> Values.folder(path).equals(folder))
                    .map(Values::baseName)
                    .ifPresent(taken::add);
        }
        var suffix =
                format.map(each -> each.equals("raw") ? ".img" : "." + each).orElse("");
        return FreeNames.of(
                guest.name().orElse("disk"),
                suffix,
                name -> taken.contains(name) || found.volume(name).isPresent());
    }
}
