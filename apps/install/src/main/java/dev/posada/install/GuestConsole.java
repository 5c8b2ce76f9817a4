package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.model.Element;
import dev.posada.xml.Documents;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The console that an installation shows: another of our programs, which runs beside. */
final class GuestConsole {
    /** Names the folder of our programs; the launcher sets it. */
    static final String PROGRAMS = "posada.bin";

    private static final long GLANCE_MILLIS = 200;

    private enum Kind {
        TEXT,
        GRAPHICAL,
        NONE
    }

    private final Connection connection;
    private final Messages messages;
    private final Kind kind;
    private final boolean chosenByUser;
    private final String name;
    private final boolean localScreen;

    private GuestConsole(
            Connection connection,
            Messages messages,
            Kind kind,
            boolean chosenByUser,
            String name,
            boolean localScreen) {
        this.connection = connection;
        this.messages = messages;
        this.kind = kind;
        this.chosenByUser = chosenByUser;
        this.name = name;
        this.localScreen = localScreen;
    }

    /** The console that fits a guest, or that the user wants. */
    static GuestConsole of(Connection connection, Messages messages, InstallRequest request, GuestDocument guest) {
        Kind kind = switch (request.console()) {
            case TEXT -> Kind.TEXT;
            case GRAPHICAL -> Kind.GRAPHICAL;
            case NONE -> Kind.NONE;
            case DEFAULT -> fitting(messages, request, guest);
        };
        boolean byUser = request.console() != InstallRequest.ConsoleChoice.DEFAULT;
        return new GuestConsole(
                connection, messages, kind, byUser, guest.name(), kind == Kind.GRAPHICAL && local(guest));
    }

    private static Kind fitting(Messages messages, InstallRequest request, GuestDocument guest) {
        if (request.cloudInit().isPresent() || guest.screen().isEmpty()) {
            return Kind.TEXT;
        }
        if (!List.of("default", "vnc", "spice").contains(guest.screen().get())) {
            return Kind.NONE;
        }
        if (program("virt-viewer").isEmpty()) {
            messages.warn("Unable to connect to graphical console: virt-viewer not installed. Please install the"
                    + " 'virt-viewer' package.");
            return Kind.NONE;
        }
        String display = System.getenv("DISPLAY");
        if (display == null || display.isEmpty()) {
            messages.warn("Graphics requested but DISPLAY is not set. Not running virt-viewer.");
            return Kind.NONE;
        }
        return Kind.GRAPHICAL;
    }

    /** Whether the screen can only be shown on the host itself, with the memory of its graphics card. */
    private static boolean local(GuestDocument guest) {
        Element domain = Documents.parse(guest.phases(InstallBoot.NOTHING).after());
        for (Element screen :
                domain.child("devices").map(all -> all.children("graphics")).orElse(List.of())) {
            boolean accelerated =
                    screen.child("gl").filter(gl -> gl.has("enable", "yes")).isPresent();
            boolean unheard = screen.children("listen").stream().anyMatch(listen -> listen.has("type", "none"));
            if (accelerated || unheard) {
                return true;
            }
        }
        return false;
    }

    boolean isText() {
        return kind == Kind.TEXT;
    }

    boolean exists() {
        return kind != Kind.NONE;
    }

    boolean chosenByUser() {
        return chosenByUser;
    }

    /** The file of a program: one of ours, or else the first of that name on the path. */
    static Optional<Path> program(String name) {
        List<String> folders = new ArrayList<>();
        folders.add(System.getProperty(PROGRAMS, ""));
        String path = System.getenv("PATH");
        if (path != null) {
            folders.addAll(List.of(path.split(File.pathSeparator, -1)));
        }
        for (String folder : folders) {
            Path file = Path.of(folder).resolve(name);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * Opens the console.
     *
     * @param wait whether to return only when it was closed
     */
    void open(boolean wait) {
        List<String> words = new ArrayList<>();
        String what;
        switch (kind) {
            case TEXT -> {
                words.addAll(List.of("virsh", "--connect", connection.uri().text(), "console", name));
                what = "text";
            }
            case GRAPHICAL -> {
                words.addAll(
                        List.of("virt-viewer", "--connect", connection.uri().text(), "--wait", name));
                if (localScreen) {
                    words.add("--attach");
                }
                what = "graphical";
            }
            case NONE -> {
                return;
            }
            default -> throw new IllegalStateException(kind.toString());
        }
        messages.say("Running " + what + " console command: " + ShellWords.joined(words));
        messages.console().out().flush();
        run(words, wait);
    }

    private void run(List<String> words, boolean wait) {
        List<String> command = new ArrayList<>(words);
        program(words.getFirst()).ifPresent(file -> command.set(0, file.toString()));
        messages.trace().tell("console", "Running: " + String.join(" ", command));
        Process process;
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            messages.warn("Error launching " + words.getFirst() + ": " + e.getMessage());
            return;
        }
        if (!wait) {
            return;
        }
        try {
            while (!process.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
                messages.console().cancellation().check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (process.exitValue() != 0) {
            messages.warn("Console command returned failure.");
        }
    }
}
