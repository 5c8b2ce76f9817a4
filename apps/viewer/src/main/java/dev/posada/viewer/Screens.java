package dev.posada.viewer;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a running domain's document says of screens and consoles.
 *
 * @param vnc those that can be shown
 * @param otherTypes the types of those that cannot, such as {@code spice}
 * @param consoles where text goes in and out
 */
record Screens(List<Vnc> vnc, List<String> otherTypes, List<TextConsole> consoles) {
    private static final int MAX_PORT = 65_535;

    Screens {
        vnc = List.copyOf(vnc);
        otherTypes = List.copyOf(otherTypes);
        consoles = List.copyOf(consoles);
    }

    /**
     * A screen served by VNC.
     *
     * @param socket a unix socket on the daemon's host
     * @param address where it listens on that host; empty when the document does not say
     * @param port 0 when it does not listen on one yet
     * @param password what opens it, if the document tells
     * @param index its place among the domain's {@code <graphics>}, from 0
     * @param handedOver whether it listens nowhere, so that only the daemon can connect us
     */
    record Vnc(
            Optional<String> socket,
            String address,
            int port,
            Optional<String> password,
            int index,
            boolean handedOver) {
        boolean isActive() {
            return socket.isPresent() || port > 0 || handedOver;
        }
    }

    /** A console by its alias, and what to call it. */
    record TextConsole(String alias, String title) {}

    static Screens of(Element domain) {
        List<Vnc> vnc = new ArrayList<>();
        List<String> others = new ArrayList<>();
        List<TextConsole> consoles = new ArrayList<>();
        Element devices = domain.child("devices").orElseGet(() -> Element.of("devices"));
        int index = 0;
        for (Element graphics : devices.children("graphics")) {
            String type = graphics.attribute("type", "");
            if (type.equals("vnc")) {
                vnc.add(vnc(graphics, index));
            } else {
                others.add(type);
            }
            index++;
        }
        int serial = 0;
        for (Element device : devices.children()) {
            boolean isSerial = device.name().equals("serial");
            boolean isOwn = device.name().equals("console")
                    && !device.child("target").map(t -> t.has("type", "serial")).orElse(true);
            Optional<String> alias = device.child("alias").flatMap(found -> found.attribute("name"));
            if ((isSerial || isOwn) && device.has("type", "pty") && alias.isPresent()) {
                serial++;
                consoles.add(new TextConsole(alias.get(), (isSerial ? "Serial " : "Console ") + serial));
            }
        }
        return new Screens(vnc, others, consoles);
    }

    /**
     * Nothing, when there is a screen that can be shown.
     *
     * @throws ViewerException that says what there is instead
     */
    void requireVnc(String domain) {
        if (!vnc.isEmpty()) {
            return;
        }
        if (otherTypes.isEmpty()) {
            throw new ViewerException("Cannot determine the graphic type for the guest " + domain);
        }
        String type = otherTypes.getFirst();
        throw new ViewerException(
                type.equals("spice")
                        ? "guest " + domain + " offers only SPICE, and this virt-viewer shows VNC: give it "
                                + "<graphics type='vnc'/> as well, or use a viewer that knows SPICE"
                        : "Guest " + domain + " has unsupported " + type + " display type");
    }

    private static Vnc vnc(Element graphics, int index) {
        Optional<Element> listen = graphics.child("listen");
        Optional<String> socket = graphics.attribute("socket")
                .or(() -> listen.filter(l -> l.has("type", "socket")).flatMap(l -> l.attribute("socket")));
        String address = graphics.attribute("listen")
                .or(() -> listen.flatMap(l -> l.attribute("address")))
                .orElse("");
        boolean handedOver = listen.filter(l -> l.has("type", "none")).isPresent();
        return new Vnc(
                socket, address, port(graphics.attribute("port", "")), graphics.attribute("passwd"), index, handedOver);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
