package dev.posada.virsh;

import dev.posada.client.Domain;
import java.util.function.BiConsumer;

/** {@code attach-device}, {@code detach-device}, {@code update-device}: devices described in files. */
final class DeviceFiles {
    private DeviceFiles() {}

    private static Command.Builder command(String name) {
        return Command.named(name)
                .options(Domains.option(), Option.value("file", "the file that describes the device"))
                .options(Impacts.deviceOptions());
    }

    static Command attachDevice() {
        return command("attach-device")
                .summary("plug in a device that a file describes")
                .action(call -> run(
                        call,
                        "Failed to attach device from ",
                        "Device attached successfully\n",
                        (domain, xml) -> attach(call, domain, xml)));
    }

    static Command detachDevice() {
        return command("detach-device")
                .summary("unplug a device that a file describes")
                .action(call -> run(
                        call,
                        "Failed to detach device from ",
                        "Device detached successfully\n",
                        (domain, xml) -> detach(call, domain, xml)));
    }

    static Command updateDevice() {
        return command("update-device")
                .summary("change a device to what a file describes")
                .options(Option.flag("force", "even where the guest objects"))
                .action(call -> run(
                        call,
                        "Failed to update device from ",
                        "Device updated successfully\n",
                        (domain, xml) -> update(call, domain, xml)));
    }

    private static void run(Call call, String failure, String success, BiConsumer<Domain, String> work) {
        Impacts.checkDevice(call);
        var domain = Domains.of(call);
        var file = call.required("file");
        var xml = XmlFile.read(call, file);
        call.attempt(failure + file, () -> work.accept(domain, xml));
        call.extra(success);
    }

    /** Plugs a device in where the options say: the running instance when they say nothing. */
    static void attach(Call call, Domain domain, String xml) {
        var impact = Impacts.ofDevice(call, domain);
        if (impact.length > 0 || call.has("current")) {
            domain.attachDevice(xml, impact);
        } else {
            domain.devices().attachLive(xml);
        }
    }

    /** Unplugs a device where the options say: from the running instance when they say nothing. */
    static void detach(Call call, Domain domain, String xml) {
        var impact = Impacts.ofDevice(call, domain);
        if (impact.length > 0 || call.has("current")) {
            domain.detachDevice(xml, impact);
        } else {
            domain.devices().detachLive(xml);
        }
    }

    private static void update(Call call, Domain domain, String xml) {
        var impact = Impacts.ofDevice(call, domain);
        if (call.has("force")) {
            domain.devices().forceUpdate(xml, impact);
        } else {
            domain.updateDevice(xml, impact);
        }
    }

    static Command detachDeviceAlias() {
        return Command.named("detach-device-alias")
                .summary("ask a guest to let go of the device with an alias")
                .options(
                        Domains.option(),
                        Option.value("alias", "the device's alias").completing(DomainParts.aliases()))
                .options(Impacts.options())
                .action(DeviceFiles::detachDeviceAlias);
    }

    private static void detachDeviceAlias(Call call) {
        var impact = Impacts.of(call);
        var domain = Domains.of(call);
        var alias = call.required("alias");
        call.attempt(
                "Failed to detach device with alias " + alias,
                () -> domain.devices().detachByAlias(alias, impact));
        call.extra("Device detach request sent successfully\n");
    }
}
