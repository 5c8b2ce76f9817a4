package dev.posada.qemu;

import dev.posada.driver.Abilities.Screenshot;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** Takes pictures of a guest's screens. */
final class Screens {
    private final Supplier<DomainDefinition> definition;
    private final Monitor monitor;
    private final Path folder;

    /**
     * @param folder where QEMU may write a picture; it is gone from there before anybody reads it
     */
    Screens(Supplier<DomainDefinition> definition, Monitor monitor, Path folder) {
        this.definition = definition;
        this.monitor = monitor;
        this.folder = folder;
    }

    /**
     * A picture of one screen.
     *
     * @param screen from 0, counted over all heads of all video devices
     */
    Screenshot take(int screen) {
        var place = place(screen);
        Path file = null;
        try {
            file = Files.createTempFile(folder, "screen", ".picture");
            var mimeType = dump(place.with("filename", file.toString()));
            return new Screenshot(mimeType, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot keep the picture of the screen in " + folder + ": " + e.getMessage(),
                    e);
        } finally {
            if (file != null) {
                Folders.remove(file);
            }
        }
    }

    private Json.ObjectValue place(int screen) {
        int before = 0;
        for (var video : definition.get().devices("video")) {
            int heads = video.child("model")
                    .flatMap(model -> model.attribute("heads"))
                    .map(Integer::parseInt)
                    .orElse(1);
            if (screen >= before && screen < before + heads) {
                var alias = LiveEdits.alias(video);
                int head = screen - before;
                // QEMU takes a head only together with a device, and the first screen needs neither.
                return screen == 0 || alias.isEmpty()
                        ? Json.object()
                        : Json.object().with("device", alias).with("head", head);
            }
            before += heads;
        }
        throw new PosadaException(
                before == 0 ? ErrorCode.INTERNAL_ERROR : ErrorCode.INVALID_ARG,
                ErrorOrigin.QEMU,
                before == 0
                        ? "no screens to take screenshot from"
                        : "no such screen: domain '" + definition.get().name() + "' has screens 0 to " + (before - 1));
    }

    /** As PNG where the emulator can, which takes a hundredth of the plain format's room. */
    private String dump(Json.ObjectValue arguments) {
        try {
            monitor.execute("screendump", arguments.with("format", "png"));
            return "image/png";
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.INTERNAL_ERROR) {
                throw e;
            }
            monitor.execute("screendump", arguments);
            return "image/x-portable-pixmap";
        }
    }
}
