package dev.posada.qemu;

import dev.posada.model.Content;
import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Completes what people see, hear and touch: {@code <input>}, {@code <graphics>}, {@code <audio>}, {@code <video>}. */
final class GraphicsDefaults {
    private static final int VIDEO_MEMORY_KIB = 16 * 1024;
    private static final int QXL_MEMORY_KIB = 64 * 1024;
    private static final List<String> VIDEO_ATTRIBUTES =
            List.of("type", "ram", "vram", "vram64", "vgamem", "heads", "primary", "blob");
    private static final List<String> GRAPHICS_ATTRIBUTES =
            List.of("type", "port", "tlsPort", "autoport", "websocket", "socket", "listen");

    private GraphicsDefaults() {}

    static void complete(Draft draft, Board board, QemuCapabilities capabilities) {
        draft.devices("input").replaceAll(input -> completeInput(input, board));
        boolean hasPs2 = draft.child("features")
                .flatMap(features -> features.child("ps2"))
                .map(ps2 -> !ps2.has("state", "off"))
                .orElse(true);
        if (board.isPc() && hasPs2) {
            addInput(draft, "mouse", "ps2");
            addInput(draft, "keyboard", "ps2");
        }
        if ((board == Board.PSERIES || board == Board.POWER) && draft.has("graphics")) {
            addInput(draft, "keyboard", "usb");
            boolean hasPointer =
                    draft.anyDevice("input", input -> input.has("type", "tablet") && input.has("bus", "usb"));
            if (!hasPointer) {
                addInput(draft, "mouse", "usb");
            }
        }
        draft.devices("graphics").replaceAll(GraphicsDefaults::completeGraphics);
        addAudio(draft);
        if (draft.has("graphics") && !draft.has("video")) {
            draft.add(Element.of("video"));
        }
        completeVideos(draft.devices("video"), board, capabilities);
    }

    private static Element completeInput(Element input, Board board) {
        if (input.attribute("bus").isPresent()) {
            return input;
        }
        var type = input.attribute("type", "");
        var bus = switch (type) {
            case "mouse", "keyboard", "tablet" -> bus(type, board);
            case "passthrough" -> "virtio";
            case "evdev" -> "";
            default -> "usb";
        };
        return bus.isEmpty() ? input : Draft.withAfter(input, "type", "bus", bus);
    }

    private static String bus(String type, Board board) {
        if (board == Board.S390) {
            return "virtio";
        }
        return board.isPc() && !type.equals("tablet") ? "ps2" : "usb";
    }

    private static void addInput(Draft draft, String type, String bus) {
        boolean there =
                draft.devices("input").stream().anyMatch(input -> input.has("type", type) && input.has("bus", bus));
        if (!there) {
            draft.add(Element.of("input", "type", type, "bus", bus));
        }
    }

    private static Element completeGraphics(Element graphics) {
        return switch (graphics.attribute("type", "")) {
            case "vnc" -> withListen(vncPort(graphics));
            case "spice" -> withListen(spicePort(graphics));
            default -> graphics;
        };
    }

    /** A screen that listens nowhere has no port, whatever was written. */
    private static boolean isPortless(Element graphics) {
        return graphics.child("listen")
                .filter(listen -> listen.has("type", "none"))
                .isPresent();
    }

    private static Element withoutPorts(Element graphics) {
        return graphics.without("port").without("tlsPort").without("autoport");
    }

    private static Element vncPort(Element graphics) {
        if (isPortless(graphics)) {
            return withoutPorts(graphics);
        }
        if (isSocket(graphics)) {
            return graphics.without("port").without("autoport");
        }
        boolean automatic = graphics.has("autoport", "yes")
                || graphics.attribute("port", "").isEmpty()
                || graphics.has("port", "-1");
        return ordered(
                automatic
                        ? graphics.with("port", "-1").with("autoport", "yes")
                        : graphics.with("autoport", graphics.attribute("autoport", "no")));
    }

    private static Element spicePort(Element graphics) {
        if (isPortless(graphics)) {
            return withoutPorts(graphics);
        }
        boolean automatic =
                graphics.has("autoport", "yes") || (graphics.has("port", "-1") && graphics.has("tlsPort", "-1"));
        if (automatic) {
            return ordered(graphics.without("port").without("tlsPort").with("autoport", "yes"));
        }
        if (number(graphics, "port") == 0 && number(graphics, "tlsPort") == 0) {
            return graphics.without("port").without("tlsPort").without("autoport");
        }
        return ordered(graphics.with("autoport", "no"));
    }

    private static int number(Element graphics, String attribute) {
        return Numbers.of(graphics, attribute, 0);
    }

    private static boolean isSocket(Element graphics) {
        return !graphics.attribute("socket", "").isEmpty()
                || graphics.child("listen")
                        .map(listen -> listen.has("type", "socket"))
                        .orElse(false);
    }

    private static Element withListen(Element graphics) {
        if (graphics.child("listen").isPresent()) {
            var first = graphics.child("listen").orElseThrow();
            var address = first.attribute("address");
            return first.has("type", "address") && address.isPresent()
                    ? ordered(graphics.with("listen", address.get()))
                    : graphics;
        }
        var listen = Element.of("listen", "type", "address");
        var address = graphics.attribute("listen").filter(text -> !text.isEmpty());
        if (!graphics.attribute("socket", "").isEmpty()) {
            listen = Element.of("listen", "type", "socket", "socket", graphics.attribute("socket", ""));
        } else if (address.isPresent()) {
            listen = listen.with("address", address.get());
        } else if (graphics.has("type", "spice")
                && graphics.attribute("autoport").isEmpty()) {
            listen = Element.of("listen", "type", "none");
        }
        return Draft.withFirst(graphics, listen);
    }

    private static Element ordered(Element graphics) {
        return ordered(graphics, GRAPHICS_ATTRIBUTES);
    }

    private static Element ordered(Element element, List<String> first) {
        var attributes = new LinkedHashMap<String, String>();
        for (var name : first) {
            element.attribute(name).ifPresent(value -> attributes.put(name, value));
        }
        element.attributes().forEach(attributes::putIfAbsent);
        return element.withAttributes(attributes);
    }

    /** Without any {@code <audio>}, sound goes where the last display can carry it, or nowhere. */
    private static void addAudio(Draft draft) {
        if (draft.has("audio")) {
            return;
        }
        var backend = Optional.of("none");
        for (var graphics : draft.devices("graphics")) {
            backend = switch (graphics.attribute("type", "")) {
                case "spice" -> Optional.of("spice");
                case "vnc" -> Optional.of("none");
                case "sdl" -> Optional.<String>empty();
                default -> backend;
            };
        }
        backend.ifPresent(type -> draft.add(Element.of("audio", "id", "1", "type", type)));
    }

    private static void completeVideos(List<Element> videos, Board board, QemuCapabilities capabilities) {
        boolean hasPrimary = videos.stream()
                .anyMatch(video -> video.child("model")
                        .map(model -> model.has("primary", "yes"))
                        .orElse(false));
        for (int i = 0; i < videos.size(); i++) {
            var completed = completeVideo(videos.get(i), board, capabilities);
            if (completed.child("model").orElseThrow().has("primary", "no")) {
                completed = completed.withChild(
                        completed.child("model").orElseThrow().without("primary"));
            }
            if (i == 0 && !hasPrimary && !type(completed).equals("none")) {
                completed = completed.withChild(
                        ordered(completed.child("model").orElseThrow().with("primary", "yes"), VIDEO_ATTRIBUTES));
            }
            videos.set(i, completed);
        }
        for (int i = 1; i < videos.size(); i++) {
            var model = videos.get(i).child("model").orElseThrow();
            if (model.has("primary", "yes")) {
                videos.addFirst(videos.remove(i));
            }
        }
        for (var video : videos.subList(videos.isEmpty() ? 0 : 1, videos.size())) {
            if (!List.of("qxl", "virtio", "vga", "bochs", "none").contains(type(video))
                    || type(video).equals("none")) {
                throw Refusal.unsupported(
                        video, "video type '" + type(video) + "' is only valid as primary video device");
            }
        }
    }

    private static String type(Element video) {
        return video.child("model").map(model -> model.attribute("type", "")).orElse("");
    }

    private static Element completeVideo(Element video, Board board, QemuCapabilities capabilities) {
        var model = video.child("model").orElseGet(() -> Element.of("model"));
        var type = model.attribute("type")
                .filter(word -> !word.isEmpty() && !word.equals("default"))
                .orElseGet(() -> usualVideo(board, capabilities));
        model = model.with("type", type);
        if (type.equals("none")) {
            return video.withChild(model);
        }
        switch (type) {
            case "qxl" -> {
                model = withMemory(model, "ram", QXL_MEMORY_KIB);
                model = withMemory(model, "vram", QXL_MEMORY_KIB);
                model = withMemory(model, "vgamem", VIDEO_MEMORY_KIB);
            }
            case "vga", "cirrus", "vmvga", "bochs" -> model = withMemory(model, "vram", VIDEO_MEMORY_KIB);
            default -> {}
        }
        if (model.attribute("heads").isEmpty()) {
            model = model.with("heads", "1");
        }
        var completed = ordered(model, VIDEO_ATTRIBUTES);
        if (video.child("model").isPresent()) {
            return video.withChild(completed);
        }
        var children = new ArrayList<Content>();
        children.add(completed);
        children.addAll(video.content());
        return video.withContent(children);
    }

    private static String usualVideo(Board board, QemuCapabilities capabilities) {
        return switch (board) {
            case ARM_VIRT, RISCV_VIRT, S390 -> "virtio";
            case PSERIES, POWER -> "vga";
            case I440FX, Q35, ISA, MEMORY_MAPPED, BARE -> capabilities.has("cirrus-vga") ? "cirrus" : "vga";
        };
    }

    /** A memory size in KiB, raised to the next power of two as QEMU wants it. */
    private static Element withMemory(Element model, String attribute, int otherwise) {
        int kib = Numbers.of(model, attribute, otherwise);
        if (kib <= 0) {
            return model.with(attribute, Integer.toString(otherwise));
        }
        int rounded = Integer.highestOneBit(kib);
        if (rounded < kib && rounded < 1 << 30) {
            rounded <<= 1;
        }
        return model.with(attribute, Integer.toString(rounded));
    }
}
