package dev.posada.virsh;

import dev.posada.client.NodeDevice;
import dev.posada.model.PosadaException;
import java.util.List;
import java.util.function.Consumer;

/** Commands about one device of the host. */
final class NodeDeviceLife {
    private static final int WWN_DIGITS = 16;

    private NodeDeviceLife() {}

    private static Option device() {
        return Option.value("device", "a device's name, or its world wide names as WWNN,WWPN")
                .completing(NodeDeviceLife::names);
    }

    private static List<String> names(Call call) {
        return Proposals.answered(() -> call.connection().hostDevices().list(List.of(), true, true).stream()
                .map(NodeDevice::name)
                .toList());
    }

    /** The device of a name. */
    static NodeDevice named(Call call) {
        var word = call.required("device");
        return call.attempt(
                "Could not find matching device '" + word + "'",
                () -> call.connection().hostDevices().require(word));
    }

    /** The device of a name or a pair of world wide names. */
    private static NodeDevice of(Call call) {
        var word = call.required("device");
        if (word.indexOf(',') < 0) {
            return named(call);
        }
        var names = word.split(",", -1);
        if (names.length != 2) {
            throw new CommandException("Malformed device value '" + word + "'");
        }
        for (var name : names) {
            if (!isWwn(name)) {
                throw new CommandException("internal error: Malformed wwn: " + name);
            }
        }
        return call.attempt(
                "Could not find matching device '" + word + "'",
                () -> call.connection().hostDevices().requireScsiHost(names[0], names[1]));
    }

    private static boolean isWwn(String text) {
        var digits = text.startsWith("0x") ? text.substring(2) : text;
        return digits.length() == WWN_DIGITS && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static Option file() {
        return CommonOptions.file("a device's XML document");
    }

    static Command create() {
        return Command.named("nodedev-create")
                .summary("make a device from a file, without keeping a definition")
                .options(file(), CommonOptions.validate())
                .action(NodeDeviceLife::create);
    }

    private static void create(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var device = call.attempt(
                "Failed to create node device from " + file,
                () -> call.connection().hostDevices().create(xml, call.has("validate")));
        call.extra("Node device " + device.name() + " created from " + file + "\n");
    }

    static Command define() {
        return Command.named("nodedev-define")
                .summary("keep a device's definition from a file")
                .options(file(), CommonOptions.validate())
                .action(NodeDeviceLife::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var device = call.attempt(
                "Failed to define node device from '" + file + "'",
                () -> call.connection().hostDevices().define(xml, call.has("validate")));
        call.extra("Node device '" + device.name() + "' defined from '" + file + "'\n");
    }

    static Command destroy() {
        return Command.named("nodedev-destroy")
                .summary("take a device away that was made")
                .options(device())
                .action(call -> {
                    var device = of(call);
                    var name = call.required("device");
                    call.attempt("Failed to destroy node device '" + name + "'", device::destroy);
                    call.extra("Destroyed node device '" + name + "'\n");
                });
    }

    static Command undefine() {
        return Command.named("nodedev-undefine")
                .summary("forget a device's definition")
                .options(device())
                .action(call -> {
                    var device = of(call);
                    var name = call.required("device");
                    call.attempt("Failed to undefine node device '" + name + "'", device::undefine);
                    call.extra("Undefined node device '" + name + "'\n");
                });
    }

    static Command detach() {
        return Command.named("nodedev-detach")
                .summary("take a device from the host, so that a domain can have it")
                .options(
                        device(),
                        Option.text("driver", "the driver that is to have it")
                                .completing(Completer.words("vfio", "xen")))
                .action(NodeDeviceLife::detach);
    }

    private static void detach(Call call) {
        var driver = call.text("driver");
        change(call, "detach", "detached", device -> driver.ifPresentOrElse(device::detach, device::detach));
    }

    static Command reattach() {
        return Command.named("nodedev-reattach")
                .summary("give a device back to the host")
                .options(device())
                .action(call -> change(call, "re-attach", "re-attached", NodeDevice::reattach));
    }

    static Command reset() {
        return Command.named("nodedev-reset")
                .summary("reset a device")
                .description("Resets a device, before or after a domain has it.")
                .options(device())
                .action(call -> change(call, "reset", "reset", NodeDevice::reset));
    }

    static Command start() {
        return Command.named("nodedev-start")
                .summary("make a device as it is defined")
                .options(device())
                .action(call -> change(call, "start", "started", NodeDevice::start));
    }

    private static void change(Call call, String verb, String done, Consumer<NodeDevice> change) {
        var device = named(call);
        var name = call.required("device");
        call.attempt("Failed to " + verb + " device " + name, () -> change.accept(device));
        call.extra("Device " + name + " " + done + "\n");
    }

    static Command autostart() {
        return Command.named("nodedev-autostart")
                .summary("make a defined device when the host starts, or not")
                .options(device(), CommonOptions.disable())
                .action(NodeDeviceLife::autostart);
    }

    private static void autostart(Call call) {
        var device = of(call);
        var name = call.required("device");
        boolean wanted = !call.has("disable");
        call.attempt(
                "failed to " + (wanted ? "mark" : "unmark") + " device " + name + " as autostarted",
                () -> device.setAutostart(wanted));
        call.extra("Device " + name + (wanted ? " marked" : " unmarked") + " as autostarted\n");
    }

    static Command dumpxml() {
        return Command.named("nodedev-dumpxml")
                .summary("print a device's XML document")
                .options(CommonOptions.withSelection(device()))
                .action(call -> XmlSelection.print(call, of(call).xml()));
    }

    static Command info() {
        return Command.named("nodedev-info")
                .summary("show what a device hangs on and whether it is kept")
                .options(device())
                .action(NodeDeviceLife::info);
    }

    private static void info(Call call) {
        var device = of(call);
        var fields = Fields.plain()
                .add("Name", device.name())
                .add("Parent", device.parent().orElse(""))
                .add("Active", CommonOptions.yesOrNo(device.isActive()))
                .add("Persistent", CommonOptions.yesOrNo(device.isPersistent()));
        try {
            fields.add("Autostart", CommonOptions.yesOrNo(device.autostart()));
        } catch (PosadaException e) {
            fields.add("Autostart", "no autostart");
        }
        call.print(fields);
    }
}
