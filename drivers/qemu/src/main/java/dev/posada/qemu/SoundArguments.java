package dev.posada.qemu;

import dev.posada.qmp.Json;
import java.util.List;
import java.util.Map;

/** Where sound goes on the host ({@code -audiodev}), and the cards that make it. */
final class SoundArguments {
    private static final Map<String, String> BACKENDS = Map.of(
            "none", "none",
            "alsa", "alsa",
            "file", "wav",
            "jack", "jack",
            "oss", "oss",
            "pulseaudio", "pa",
            "sdl", "sdl",
            "spice", "spice");

    private static final Map<String, String> CARDS = Map.of(
            "ich6", "intel-hda",
            "ich9", "ich9-intel-hda",
            "ac97", "AC97",
            "es1370", "ES1370",
            "sb16", "sb16",
            "usb", "usb-audio");

    private SoundArguments() {}

    static void addBackends(Assembly assembly) {
        for (var audio : assembly.devices("audio")) {
            var type = audio.word("type", BACKENDS).orElseThrow(() -> audio.unsupported("type"));
            var backend = Json.object()
                    .with("id", "audio" + audio.number("id").orElse(1L))
                    .with("driver", type);
            var path = audio.attribute("path");
            if (path.isPresent()) {
                backend = backend.with("path", path.get());
            }
            var server = audio.attribute("serverName");
            if (server.isPresent()) {
                backend = backend.with("server", server.get());
            }
            var period = audio.number("timerPeriod");
            if (period.isPresent()) {
                backend = backend.with("timer-period", period.get());
            }
            assembly.add("-audiodev", backend.toString());
        }
    }

    static void addCards(Assembly assembly) {
        for (var sound : assembly.devices("sound")) {
            add(assembly, sound);
        }
    }

    private static void add(Assembly assembly, Part sound) {
        var alias = Assembly.alias(sound);
        var backend = "audio"
                + sound.child("audio").flatMap(audio -> audio.number("id")).orElse(1L);
        var driver = sound.word("model", CARDS).orElseThrow(() -> sound.unsupported("model"));
        assembly.need(driver, sound);
        var device = Json.object().with("driver", driver).with("id", alias);
        boolean isHda = driver.endsWith("hda");
        if (!isHda) {
            device = device.with("audiodev", backend);
        }
        if (sound.attribute("multichannel").isPresent()) {
            device = device.with("multi", sound.flag("multichannel").orElse(false));
        }
        assembly.device(assembly.addressed(device, sound));
        if (isHda) {
            addCodecs(assembly, sound, alias, backend);
        }
    }

    private static void addCodecs(Assembly assembly, Part sound, String alias, String backend) {
        var codecs = sound.children("codec").stream()
                .map(codec -> codec.word(
                                "type", Map.of("duplex", "hda-duplex", "micro", "hda-micro", "output", "hda-output"))
                        .orElseThrow(() -> codec.unsupported("type")))
                .toList();
        int number = 0;
        for (var codec : codecs.isEmpty() ? List.of("hda-duplex") : codecs) {
            assembly.device(Json.object()
                    .with("driver", codec)
                    .with("id", alias + "-codec" + number)
                    .with("bus", alias + ".0")
                    .with("cad", number)
                    .with("audiodev", backend));
            number++;
        }
    }
}
