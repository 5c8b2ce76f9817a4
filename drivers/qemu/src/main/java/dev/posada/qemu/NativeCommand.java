package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.process.RunLog;
import java.util.ArrayList;
import java.util.StringJoiner;

/** The command a domain would be started with, to be read or tried by hand. Nothing on the host is changed. */
final class NativeCommand {
    static final String FORMAT = "qemu-argv";

    /** The number of an instance that is not there. */
    private static final int NO_INSTANCE = -1;

    private final Machinery machinery;

    NativeCommand(Machinery machinery) {
        this.machinery = machinery;
    }

    /**
     * The command as a line for a shell: variables, emulator, arguments.
     *
     * @throws PosadaException {@code INVALID_ARG} for another format, {@code CONFIG_UNSUPPORTED} for what a start would
     *     refuse
     */
    String of(String format, DomainDefinition definition) {
        if (!format.equals(FORMAT)) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, "unsupported config type " + Refusal.shown(format));
        }
        var directory = machinery.instanceDirectory(NO_INSTANCE, definition.name());
        var ports = new ArrayList<Integer>();
        for (var kind : GraphicsPorts.wanted(definition)) {
            var range = kind == GraphicsPorts.Kind.VNC_WEBSOCKET
                    ? machinery.settings().websocketPorts()
                    : machinery.settings().displayPorts();
            ports.add(range.first() + ports.size());
        }
        var plan = new Planning(machinery).plan(pluggedIn(definition), NO_INSTANCE, directory, ports);
        // A shell has no open socket to hand on: the monitor listens in the folder instead.
        var handedOn = "socket,id=charmonitor,fd=" + Planning.MONITOR_DESCRIPTOR + ",";
        var listening = "socket,id=charmonitor,path=" + Machinery.monitorSocket(directory) + ",";
        var line = new StringJoiner(" ");
        plan.environment().forEach((name, value) -> line.add(name + "=" + RunLog.quoted(value)));
        plan.argv().forEach(argument -> line.add(RunLog.quoted(argument.replace(handedOn, listening))));
        return line.toString();
    }

    /** Interfaces as they are at a start, when the virtual network has said where each belongs: QEMU gets an open link. */
    private static DomainDefinition pluggedIn(DomainDefinition definition) {
        return definition
                .root()
                .child("devices")
                .map(devices -> definition.withChild(devices.mapChildren(NativeCommand::pluggedIn)))
                .orElse(definition);
    }

    private static Element pluggedIn(Element device) {
        return device.name().equals("interface") && device.has("type", "network")
                ? device.with("type", "bridge")
                : device;
    }
}
