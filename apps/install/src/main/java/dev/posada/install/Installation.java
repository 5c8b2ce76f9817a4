package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.Flag;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;

/** Carries an installation out: makes the volumes, starts the guest, and keeps its definition. */
final class Installation {
    private static final int FAILED = 1;

    private final Connection connection;
    private final InstallRequest request;
    private final GuestDocument guest;
    private final Console console;

    Installation(Connection connection, InstallRequest request, GuestDocument guest, Console console) {
        this.connection = connection;
        this.request = request;
        this.guest = guest;
        this.console = console;
    }

    /**
     * Does it all.
     *
     * @param media what it installs from; closed by the caller
     * @return the exit status
     */
    int run(InstallMedia media) {
        say("\nStarting install...");
        try {
            InstallBoot boot = media.prepare(guest);
            for (var volume : guest.volumes()) {
                make(volume);
            }
            create(guest.phases(boot));
            say("Domain creation completed.");
            return 0;
        } catch (PosadaException | InstallException e) {
            console.err().println("ERROR    " + e.getMessage());
            return FAILED;
        }
    }

    private void make(PlannedVolume volume) {
        say("Allocating '" + volume.name() + "'");
        connection
                .storage()
                .poolByName(volume.pool())
                .orElseThrow(() -> new InstallException("the storage pool '" + volume.pool() + "' is gone"))
                .createVolume(
                        volume.xml(),
                        volume.preallocateMetadata()
                                ? new Flag.VolumeCreate[] {Flag.VolumeCreate.METADATA}
                                : new Flag.VolumeCreate[0]);
    }

    private void create(GuestDocument.Phases phases) {
        boolean boot = !request.noReboot() || phases.install().isPresent();
        if (request.transientGuest() || boot) {
            connection.create(phases.install().orElse(phases.after()));
        }
        if (!request.transientGuest()) {
            Domain domain = connection.define(phases.after());
            if (request.autostart()) {
                domain.setAutostart(true);
            }
        }
    }

    private void say(String line) {
        if (!request.quiet()) {
            console.out().println(line);
        }
    }
}
