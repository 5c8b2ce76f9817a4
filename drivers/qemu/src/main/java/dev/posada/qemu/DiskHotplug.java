package dev.posada.qemu;

import dev.posada.driver.Abilities;
import dev.posada.driver.Undo;
import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.DeviceAdded;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretValue;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Plugs disks into a running machine, takes them out and changes media. Images are given to the emulator's user before it
 * opens them, and given back when it has closed them.
 */
final class DiskHotplug implements Abilities.ChangesDisks {
    private static final int TRAY_ATTEMPTS = 5;

    /** How QEMU says it; its errors of this kind have no class of their own. */
    private static final String TRAY_CLOSED = "is not open";

    private static final String KIND = "disk";

    private final LiveState state;
    private final Monitor monitor;
    private final Belongings belongings;
    private final RunAs runAs;
    private final Supplier<QemuCapabilities> capabilities;
    private final Supplier<LaunchFacts> facts;
    private final Unplugging unplugging;

    /** The highest number an image had so far: none is given twice, for clients tell images apart by it. */
    private final AtomicInteger lastNumber = new AtomicInteger();

    DiskHotplug(
            LiveState state,
            Monitor monitor,
            Belongings belongings,
            RunAs runAs,
            Supplier<QemuCapabilities> capabilities,
            Supplier<LaunchFacts> facts,
            Departures departures) {
        this.state = state;
        this.monitor = monitor;
        this.belongings = belongings;
        this.runAs = runAs;
        this.capabilities = capabilities;
        this.facts = facts;
        this.unplugging = new Unplugging(state, departures, KIND, this::takeAway);
    }

    @Override
    public void attach(Element wanted, Map<String, SecretValue> secrets) {
        new DiskPlace(state.definition()).missingControllers(wanted).forEach(this::plugController);
        var disk = numbered(new DiskPlace(state.definition()).settle(wanted));
        try (var undo = new Undo()) {
            take(disk, undo);
            var arguments = arguments(LiveEdits.withDisk(state.definition(), disk), LiveEdits.alias(disk));
            plug(arguments, secrets, undo);
            state.redefine(now -> LiveEdits.withDisk(now, disk));
            undo.done();
        }
        state.happened(new DeviceAdded(LiveEdits.alias(disk)));
    }

    /** Plugs in a controller, which stays even when nothing comes of the disk: the guest may hold it already. */
    private void plugController(Element controller) {
        var assembly = new Assembly(
                LiveEdits.withDevice(state.definition(), controller), capabilities.get(), facts.get(), true);
        assembly.devices("controller").stream()
                .filter(part -> part.element().equals(controller))
                .forEach(part -> ControllerArguments.add(assembly, part, "scsi"));
        values(assembly, "-device").forEach(device -> monitor.execute("device_add", device));
        state.redefine(now -> LiveEdits.withDevice(now, controller));
    }

    private void take(Element disk, Undo undo) {
        var others = NeededFiles.images(state.definition());
        var alone = alone(disk);
        belongings.take(alone, others);
        undo.add(() -> belongings.giveBack(alone, others));
    }

    /** A definition of nothing but one disk, and of what is said of owners. */
    private DomainDefinition alone(Element disk) {
        var root = state.definition().root();
        return new DomainDefinition(root.withoutChildren(child -> child.name().equals("os"))
                .withChild(Element.of("devices").plus(disk)));
    }

    private Element numbered(Element disk) {
        int number = lastNumber.updateAndGet(last -> Math.max(last, highestNumber(state.definition()))) + 1;
        var changed = LiveDefinition.disk(disk, number, number + 1);
        lastNumber.set(number + Math.max(DiskArguments.images(changed).size() - 1, 0));
        return changed;
    }

    private static int highestNumber(DomainDefinition definition) {
        var disks = definition.devices(KIND);
        // Empty drives have numbers too, which nobody sees.
        int highest = disks.size();
        for (var disk : disks) {
            for (var name : DiskArguments.images(disk)) {
                var number = name.substring(name.indexOf('-') + 1);
                highest = number.chars().allMatch(Character::isDigit)
                        ? Math.max(highest, Integer.parseInt(number))
                        : highest;
            }
        }
        return highest;
    }

    private Assembly arguments(DomainDefinition definition, String alias) {
        var assembly = new Assembly(definition, capabilities.get(), facts.get(), true);
        var part = assembly.devices(KIND).stream()
                .filter(disk -> LiveEdits.hasAlias(disk.element(), alias))
                .findFirst()
                .orElseThrow();
        DiskArguments.add(assembly, part);
        part.unread().ifPresent(problem -> {
            throw problem;
        });
        return assembly;
    }

    private void plug(Assembly assembly, Map<String, SecretValue> secrets, Undo undo) {
        openImages(assembly, secrets, undo);
        for (var device : values(assembly, "-device")) {
            monitor.execute("device_add", device);
            var id = device.required("id").text();
            undo.add(() -> monitor.ask("device_del", Json.object().with("id", id)));
        }
        assembly.commands.forEach(command -> monitor.execute(command.name(), command.arguments()));
    }

    /** Has QEMU open the images: secrets first, and images below before those above. */
    private void openImages(Assembly assembly, Map<String, SecretValue> secrets, Undo undo) {
        try {
            ImageKeys.write(assembly.keys, secrets, runAs);
            for (var object : values(assembly, "-object")) {
                monitor.execute("object-add", object);
                var id = object.required("id").text();
                undo.add(() -> monitor.ask("object-del", Json.object().with("id", id)));
            }
        } finally {
            ImageKeys.remove(assembly.keys);
        }
        for (var node : values(assembly, "-blockdev")) {
            monitor.execute("blockdev-add", node);
            var name = node.required("node-name").text();
            undo.add(() -> monitor.ask("blockdev-del", Json.object().with("node-name", name)));
        }
    }

    private static List<Json.ObjectValue> values(Assembly assembly, String option) {
        var argv = assembly.argv();
        var values = new ArrayList<Json.ObjectValue>();
        for (int i = 0; i + 1 < argv.size(); i += 2) {
            if (argv.get(i).equals(option)) {
                values.add(Json.parse(argv.get(i + 1)).asObject());
            }
        }
        return values;
    }

    @Override
    public void detach(Element disk) {
        unplugging.detach(disk);
    }

    /** How these devices leave the machine, for those who hear of it. */
    Unplugging unplugging() {
        return unplugging;
    }

    private void takeAway(Element disk) {
        closeImages(disk);
        state.redefine(definition -> LiveEdits.withoutDevice(definition, KIND, LiveEdits.alias(disk)));
        belongings.giveBack(alone(disk), NeededFiles.images(state.definition()));
    }

    /** Has QEMU close a disk's images, those above first. */
    private void closeImages(Element disk) {
        for (var image : DiskArguments.images(disk)) {
            for (var node : List.of(image + "-format", image + "-storage")) {
                monitor.ask("blockdev-del", Json.object().with("node-name", node));
            }
            if (encrypted(disk)) {
                monitor.ask("object-del", Json.object().with("id", image + "-format-secret0"));
            }
        }
    }

    private static boolean encrypted(Element disk) {
        return disk.child("encryption").isPresent()
                || disk.at("source", "encryption").isPresent();
    }

    @Override
    public void changeMedium(Element before, Element after, Map<String, SecretValue> secrets, boolean force) {
        var alias = LiveEdits.alias(before);
        var next = numbered(after);
        boolean empty = DiskArguments.images(next).isEmpty();
        try (var undo = new Undo()) {
            if (!empty) {
                take(next, undo);
            }
            var id = Json.object().with("id", alias);
            boolean tray = !before.has("device", "floppy");
            var assembly = arguments(replaced(state.definition(), alias, next), alias);
            if (tray) {
                monitor.execute("blockdev-open-tray", id.with("force", force));
            }
            if (!DiskArguments.images(before).isEmpty()) {
                trayOpen(tray, id, "blockdev-remove-medium", id);
                closeImages(before);
                ejected(before, alias);
            }
            if (!empty) {
                openImages(assembly, secrets, undo);
                var node = DiskArguments.images(next).getFirst() + "-format";
                trayOpen(tray, id, "blockdev-insert-medium", id.with("node-name", node));
                undo.add(() -> monitor.ask("blockdev-remove-medium", id));
                assembly.commands.forEach(command -> monitor.execute(command.name(), command.arguments()));
            }
            if (tray) {
                monitor.execute("blockdev-close-tray", id);
            }
            state.redefine(definition -> replaced(definition, alias, next));
            undo.done();
        }
    }

    /** What needs an open tray: a guest, or its firmware while it looks for something to boot, may close it again. */
    private void trayOpen(boolean tray, Json.ObjectValue id, String command, Json.ObjectValue arguments) {
        for (int attempt = 1; ; attempt++) {
            try {
                monitor.execute(command, arguments);
                return;
            } catch (PosadaException e) {
                if (!tray || attempt == TRAY_ATTEMPTS || !e.getMessage().contains(TRAY_CLOSED)) {
                    throw e;
                }
                monitor.execute("blockdev-open-tray", id.with("force", true));
            }
        }
    }

    /** The drive is empty, whatever comes next. */
    private void ejected(Element before, String alias) {
        var empty = before.withoutChildren(
                child -> child.name().equals("source") || child.name().equals("backingStore"));
        state.redefine(definition -> replaced(definition, alias, empty));
        belongings.giveBack(alone(before), NeededFiles.images(state.definition()));
    }

    @Override
    public void note(Element before, Element after) {
        state.redefine(definition -> replaced(definition, LiveEdits.alias(before), after));
    }

    /** The definition with another disk in a disk's place; where its tray stands is what QEMU says of it. */
    private static DomainDefinition replaced(DomainDefinition definition, String alias, Element next) {
        return LiveEdits.devices(
                definition,
                disk -> disk.name().equals(KIND) && LiveEdits.hasAlias(disk, alias),
                disk -> withTargetOf(disk, next));
    }

    private static Element withTargetOf(Element disk, Element next) {
        var content = new ArrayList<Content>();
        for (var part : next.content()) {
            content.add(
                    part instanceof Element child && child.name().equals("target")
                            ? disk.child("target").orElse(child)
                            : part);
        }
        return next.withContent(content);
    }
}
