package dev.posada.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What {@code --help} and {@code --version} print. */
final class Help {
    private static final String TEXT = """
            usage: posadad [OPTION]...

            Runs domains and answers every client of libvirt: virsh, virt-install, virt-manager, libvirt's bindings.
            As root it is the system's daemon, as anyone else the daemon of a session, with --root DIR one by itself.
            Guests go on when it ends and are found again when it starts.

                  --root DIR        keep everything under DIR: settings, definitions, state, logs, sockets
                  --socket PATH     listen at PATH, and for clients that only look at PATH-ro
              -f, --config FILE     read these settings; libvirtd.conf will do as it is
              -l, --listen          listen on the network as well, where the settings say so (listen_tcp)
              -p, --pid-file PATH   write the process number to PATH
              -t, --timeout SECONDS end after so long with no client and no running domain
              -v, --verbose         tell what is going on
              -d, --daemon          return once it answers, and go on without a terminal
              -V, --version         print the version
              -h, --help            print this

            Once it answers it prints one line, "posadad ready URI"; clients connect with that URI:
              virsh -c 'URI' list --all

            Where things are          system (root)          session (anyone else)        --root DIR
              settings, definitions   /etc/posada            $XDG_CONFIG_HOME/posada      DIR/etc
              lasting state           /var/lib/posada        $XDG_DATA_HOME/posada        DIR/lib
              sockets, live state     /run/posada            $XDG_RUNTIME_DIR/posada      DIR/run
              logs                    /var/log/posada        $XDG_STATE_HOME/posada/log   DIR/log
              cache                   /var/cache/posada      $XDG_CACHE_HOME/posada       DIR/cache
            Settings are in posadad.conf and, for the drivers of those names, qemu.conf, docker.conf,
            jvm.conf and network.conf.

            Signals: TERM, INT and HUP end it and leave guests running.

            Exit status:
            """;

    private Help() {}

    static String text() {
        var text = new StringBuilder(TEXT);
        for (var exit : ExitCode.values()) {
            text.append("  ")
                    .append(exit.number())
                    .append("  ")
                    .append(exit.meaning())
                    .append('\n');
        }
        return text.toString();
    }

    static String version() {
        return "posadad " + versionText();
    }

    /** The version as major × 1,000,000 + minor × 1,000 + release. */
    static long versionNumber() {
        long number = 0;
        for (var part : versionText().replaceFirst("-.*", "").split("\\.", -1)) {
            number = number * 1_000 + Integer.parseInt(part);
        }
        return number;
    }

    private static String versionText() {
        try (var input = Help.class.getResourceAsStream("version.txt")) {
            if (input == null) {
                throw new IllegalStateException("the program is incomplete: it has no version.txt");
            }
            return new String(input.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
