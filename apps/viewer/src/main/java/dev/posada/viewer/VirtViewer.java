package dev.posada.viewer;

import dev.posada.client.ClientSettings;
import dev.posada.client.Connection;
import dev.posada.client.ConnectionOptions;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Console;
import dev.posada.terminal.Tool;
import java.awt.AWTError;
import java.awt.HeadlessException;
import java.util.List;
import java.util.concurrent.CancellationException;

/** {@code virt-viewer}: a window on a domain's screen and consoles, called as libvirt's viewer is. */
public final class VirtViewer implements Tool {
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    /** The viewer whose options and words these are, so that scripts which ask for a version get along. */
    private static final String VERSION = "virt-viewer version 11.0";

    private static final String HELP_HINT =
            "Run 'virt-viewer --help' to see a full list of available command line options";

    private static final String HELP = """
            Usage:
              virt-viewer [OPTION…] -- ID|UUID|DOMAIN-NAME

            Shows the screen of a domain that offers VNC, and its serial consoles.

            Help Options:
              -h, --help                              This text

            Application Options:
              -V, --version                           The version whose options these are
              -z, --zoom=ZOOM                         How large to draw the screen, in percent: 10 to 400
              -f, --full-screen                       Begin with all of the monitor
              -H, --hotkeys                           Other keys for the viewer's own actions, as
                                                      toggle-fullscreen=shift+f11,release-cursor=shift+f12
              --auto-resize=<never|always>            Whether the guest's screen follows the window's size
              -K, --keymap                            Send other keys, or none: Super_L=,1=Shift_L+F1
              --cursor=MODE                           Whose pointer to draw: 'auto' the guest's, 'local' this desktop's
              -k, --kiosk                             Nothing but the guest's screen, and no way to quit
              --kiosk-quit=<never|on-disconnect>      When a kiosk ends
              -v, --verbose                           Tell about the connection
              --debug                                 Tell everything
              -d, --direct                            Connect to the screen without ssh, also when the daemon is behind it
              -a, --attach                            Have the daemon hand the screen over, past every port
              -c, --connect=URI                       The daemon to ask
              -w, --wait                              Wait for the domain to start
              -r, --reconnect                         Wait for the domain to start again when it has ended
              --domain-name                           What follows is a name
              --id                                    What follows is an id
              --uuid                                  What follows is a UUID
              -s, --shared                            Leave others who look at the same screen connected
            """;

    @Override
    public int run(List<String> words, Console console) {
        ViewerOptions options;
        try {
            var read = CommandLine.read(words);
            if (read.options().isEmpty()) {
                console.out().println(read.help() ? HELP : VERSION);
                return 0;
            }
            options = read.options().get();
            if (options.zoomPercent() < ViewerOptions.MIN_ZOOM || options.zoomPercent() > ViewerOptions.MAX_ZOOM) {
                // As the original has it, this is said and no more: the nearest that is allowed is taken.
                console.out()
                        .println("Zoom level must be within " + ViewerOptions.MIN_ZOOM + "-" + ViewerOptions.MAX_ZOOM);
            }
            if (noDisplay()) {
                console.err().println("virt-viewer: cannot open display: set DISPLAY to an X server's");
                return FAILED;
            }
        } catch (UsageException e) {
            console.err().println(e.getMessage());
            console.err().println(HELP_HINT);
            return FAILED;
        }
        return look(options, console);
    }

    /** Whether there is nothing to open a window on; asked before any class of windows is loaded. */
    private static boolean noDisplay() {
        String system = System.getProperty("os.name", "");
        String display = System.getenv("DISPLAY");
        return system.equals("Linux") && (display == null || display.isEmpty());
    }

    private static int look(ViewerOptions options, Console console) {
        try {
            var uri = ClientSettings.ofThisUser().resolve(options.uri());
            if (options.verbose()) {
                console.out().println("Opening connection to libvirt with URI " + uri);
                console.out().flush();
            }
            try (var connection = Connection.open(uri, ConnectionOptions.DEFAULT)) {
                return new Session(options, connection, console).run();
            }
        } catch (ViewerException e) {
            console.err().println("virt-viewer: " + e.getMessage());
            return FAILED;
        } catch (PosadaException e) {
            console.err().println("virt-viewer: Unable to connect to libvirt: " + e.getMessage());
            return FAILED;
        } catch (CancellationException e) {
            return INTERRUPTED;
        } catch (AWTError | HeadlessException | LinkageError e) {
            console.err()
                    .println("virt-viewer: no window can be opened (" + e.getMessage()
                            + "): it takes a Java runtime that "
                            + "is not headless, libxrender1, libxtst6, libxi6, and a display in DISPLAY");
            return FAILED;
        }
    }
}
