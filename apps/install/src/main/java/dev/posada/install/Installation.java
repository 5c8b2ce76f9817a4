package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.client.StorageVolume;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/**
 * Carries an installation out: makes the volumes, starts the guest with what installs it, keeps the definition without,
 * shows its console, waits for the end where that was asked for, and starts it again.
 *
 * <p>What was made is removed again when the guest could not be started, or the user ends us before it is. A guest that
 * runs is left alone, unless it is to end with its console.
 */
final class Installation {
    private static final int FAILED = 1;
    private static final int FOREVER = -1;
    private static final Duration AFTER_CONSOLE = Duration.ofSeconds(2);
    private static final Duration READING_TIME = Duration.ofSeconds(10);

    private final Connection connection;
    private final InstallRequest request;
    private final GuestDocument guest;
    private final Messages messages;
    private final Progress progress;
    private final List<StorageVolume> made = new ArrayList<>();

    Installation(Connection connection, InstallRequest request, GuestDocument guest, Console console) {
        this.connection = connection;
        this.request = request;
        this.guest = guest;
        messages = new Messages(console, request.quiet());
        progress = new Progress(messages).show();
    }

    /**
     * Does it all.
     *
     * @param media what it installs from; closed when the guest has started
     * @return the exit status
     */
    int run(InstallMedia media) {
        var view = GuestConsole.of(connection, messages, request, guest);
        OptionalInt wait = wait(view);
        if (request.source() instanceof InstallSource.Cdrom && view.isText()) {
            messages.warn("CDROM media does not print to the text console by default, so you likely will not see text"
                    + " install output. You might want to use --location. See the man page for examples of using"
                    + " --location with CDROM media");
        }
        messages.say("\nStarting install...");
        tellPassword(media);
        Instant started = Instant.now();
        try (var running = new InstalledGuest(start(media), request.transientGuest())) {
            try {
                return follow(running, view, wait, started);
            } finally {
                if (request.destroyOnExit()) {
                    running.destroy();
                }
            }
        } catch (CancellationException e) {
            messages.console().err().println("Domain install interrupted.");
            messages.console().err().println("Installation aborted at user request");
            return FAILED;
        } catch (PosadaException | InstallException e) {
            messages.error(e);
            messages.console().err().println(failure());
            return FAILED;
        }
    }

    private String failure() {
        return "Domain installation does not appear to have been successful.\n"
                + "If it was, you can restart your domain by running:\n  " + startCommand()
                + "\notherwise, please restart your installation.";
    }

    private String startCommand() {
        return "virsh --connect " + connection.uri().text() + " start " + guest.name();
    }

    private OptionalInt wait(GuestConsole view) {
        if (request.waitMinutes().isPresent() || view.exists() || view.chosenByUser()) {
            return request.waitMinutes();
        }
        messages.warn("No console to launch for the guest, defaulting to --wait -1");
        return OptionalInt.of(FOREVER);
    }

    private void tellPassword(InstallMedia media) {
        Optional<String> password = media.generatedPassword();
        if (password.isEmpty()) {
            return;
        }
        messages.print("Password for first root login is: " + password.get());
        Pause.untilEnter(
                messages.console(), "Installation will continue in 10 seconds (press Enter to skip)...", READING_TIME);
    }

    private Domain start(InstallMedia media) {
        guest.checkName();
        try {
            media.showProgress();
            InstallBoot boot = media.prepare(guest);
            for (PlannedVolume volume : guest.volumes()) {
                make(volume);
            }
            var phases = guest.phases(boot);
            phases.install().ifPresent(xml -> messages.trace().tell("install", "XML of the installation:\n" + xml));
            messages.trace().tell("install", () -> "XML that is kept:\n" + phases.after());
            Domain domain = create(phases);
            if (request.autostart()) {
                autostart(domain);
            }
            return domain;
        } catch (PosadaException | InstallException | CancellationException e) {
            removeVolumes();
            throw e;
        } finally {
            media.close();
        }
    }

    private void make(PlannedVolume volume) {
        messages.trace()
                .tell("storage", () -> "Creating storage volume '" + volume.name() + "' with xml:\n" + volume.xml());
        progress.start("Allocating '" + volume.name() + "'", volume.capacityBytes());
        var flags = volume.preallocateMetadata()
                ? new Flag.VolumeCreate[] {Flag.VolumeCreate.METADATA}
                : new Flag.VolumeCreate[0];
        made.add(connection
                .storage()
                .poolByName(volume.pool())
                .orElseThrow(() -> new InstallException("the storage pool '" + volume.pool() + "' is gone"))
                .createVolume(volume.xml(), flags));
        progress.end(volume.capacityBytes());
    }

    private void removeVolumes() {
        for (StorageVolume volume : made.reversed()) {
            try {
                String name = volume.name();
                volume.delete();
                messages.say("Removing disk '" + name + "'");
            } catch (PosadaException e) {
                messages.error("Failed to remove disk '" + volume.name() + "': " + e.getMessage());
            }
        }
        made.clear();
    }

    private Domain create(GuestDocument.Phases phases) {
        progress.start("Creating domain...", 0);
        boolean boot = !request.noReboot() || phases.install().isPresent();
        Optional<Domain> started = Optional.empty();
        if (request.transientGuest() || boot) {
            started = Optional.of(connection.create(phases.install().orElse(phases.after())));
        }
        try {
            messages.console().cancellation().check();
            Domain domain = request.transientGuest() ? started.orElseThrow() : connection.define(phases.after());
            progress.end(0);
            return domain;
        } catch (PosadaException | CancellationException e) {
            // Started and not kept: nobody would find it again by a definition, and its disks are about to go.
            started.ifPresent(Domain::destroy);
            throw e;
        }
    }

    private void autostart(Domain domain) {
        try {
            domain.setAutostart(true);
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.NO_SUPPORT) {
                throw e;
            }
            messages.warn("Could not set autostart flag: libvirt connection does not support autostart.");
        }
    }

    private int follow(InstalledGuest running, GuestConsole view, OptionalInt wait, Instant started) {
        open(running, view, wait.isEmpty());
        switch (ended(running, view, wait, started)) {
            case LEFT_RUNNING -> {
                return 0;
            }
            case TIME_IS_UP -> {
                return FAILED;
            }
            case GOES_ON -> {}
        }
        messages.say("Domain creation completed.");
        if (request.transientGuest() || !running.hasEnded()) {
            return 0;
        }
        if (request.noReboot() || !request.hasInstallPhase()) {
            messages.say("You can restart your domain by running:\n  " + startCommand());
            return 0;
        }
        if (running.wasDestroyed() && !request.destroyOnExit()) {
            messages.say("User stopped the VM. Not rebooting.");
            return 0;
        }
        messages.say("Restarting guest.");
        running.domain().start();
        open(running, view, true);
        return 0;
    }

    private void open(InstalledGuest running, GuestConsole view, boolean wait) {
        if (!view.exists()) {
            return;
        }
        view.open(wait);
        if (wait && request.destroyOnExit()) {
            running.destroy();
        }
    }

    private enum Ending {
        GOES_ON,
        LEFT_RUNNING,
        TIME_IS_UP
    }

    private Ending ended(InstalledGuest running, GuestConsole view, OptionalInt wait, Instant started) {
        if (running.hasEnded()) {
            return Ending.GOES_ON;
        }
        // A console ends a moment before its guest is known to be off.
        Instant patience = Instant.now().plus(view.exists() ? AFTER_CONSOLE : Duration.ZERO);
        while (Instant.now().isBefore(patience)) {
            running.glance();
            if (running.hasEnded()) {
                return Ending.GOES_ON;
            }
        }
        String still = "\nDomain is still running. Installation may be in progress.";
        if (wait.isEmpty()) {
            if (!request.hasInstallPhase()) {
                return Ending.GOES_ON;
            }
            messages.say(still + "\nYou can reconnect to the console to complete the installation process.");
            return Ending.LEFT_RUNNING;
        }
        messages.say(still);
        return waited(running, wait.getAsInt(), started);
    }

    private Ending waited(InstalledGuest running, int minutes, Instant started) {
        messages.say(
                minutes < 0
                        ? "Waiting for the installation to complete."
                        : "Waiting " + minutes + (minutes == 1 ? " minute" : " minutes")
                                + " for the installation to complete.");
        messages.console().out().flush();
        Instant end = started.plus(Duration.ofMinutes(minutes));
        while (!running.hasEnded()) {
            messages.console().cancellation().check();
            if (minutes >= 0 && !Instant.now().isBefore(end)) {
                messages.say("Installation has exceeded specified time limit. Exiting application.");
                return Ending.TIME_IS_UP;
            }
            running.glance();
        }
        messages.say("Domain has shutdown. Continuing.");
        return Ending.GOES_ON;
    }
}
