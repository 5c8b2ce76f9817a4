package dev.posada.virsh;

/** What {@code --help} and {@code --version} print. */
final class Usage {
    /** The version of libvirt whose commands and options these are: scripts ask for it. */
    static final String VERSION = "9.0.0";

    private Usage() {}

    static String version() {
        return "Posada's virsh, with the commands of libvirt " + VERSION + "\n";
    }

    static String text() {
        var out = new StringBuilder("""

                virsh [options]... [<command_string>]
                virsh [options]... <command> [args...]

                  options:
                    -c | --connect=URI      the daemon to talk to
                    -d | --debug=NUM        how much to tell, 0 (all) to 4
                    -e | --escape <char>    what leaves a guest's console
                    -h | --help             this page
                    -k | --keepalive-interval=NUM
                                            seconds of silence after which the daemon is asked for a sign of life, 0 for never
                    -K | --keepalive-count=NUM
                                            how many such questions may stay unanswered
                    -l | --log=FILE         write what happens to a file
                    -q | --quiet            no headings, no blank lines
                    -r | --readonly         connect for looking only
                    -t | --timing           tell how long each command took
                    -v                      short version
                    -V                      long version
                         --version[=TYPE]   version, TYPE is short or long (default short)
                         --output=FORMAT    listings as table (default) or json
                  commands (non interactive mode):

                """);
        for (var group : Groups.all()) {
            out.append(Help.group(group, "")).append('\n');
        }
        return out.append("\n  (specify help <group> for details about the commands in the group)\n")
                .append("\n  (specify help <command> for details about the command)\n\n")
                .toString();
    }
}
