package dev.posada.install;

import dev.posada.osinfo.OsDatabase;

/** Says that the system in the guest has to be known, and what to do about it. */
final class OsRequired {
    private static final String OVERRIDE = "VIRTINSTALL_OSINFO_DISABLE_REQUIRE";

    private OsRequired() {}

    static void tell(OsChoice.Require require, InstallRequest request, OsDatabase database, Messages messages) {
        // The first lines are what scripts look for.
        var wanted = "--os-variant/--osinfo OS name is required, but no value was\nset or detected.";
        if (require == OsChoice.Require.YES) {
            throw new BadWord(wanted);
        }
        var text = new StringBuilder("\n").append(wanted);
        text.append("\n\nThe defaults of a machine follow from its system: name it.\n");
        boolean media =
                request.source() instanceof InstallSource.Location || request.source() instanceof InstallSource.Cdrom;
        if (media) {
            text.append("\nA name for the case that the media do not tell:\n\n  --osinfo detect=on,name=OSNAME\n");
        }
        text.append("\nAll names:\n\n   virt-install --osinfo list\n");
        var generic = OptionHelp.genericLinux(database);
        if (!generic.isEmpty()) {
            text.append("\nFor a Linux that is not among them: ")
                    .append(String.join(", ", generic))
                    .append('\n');
        }
        text.append("\nTo go on without a name:\n\n  --osinfo detect=on,require=off\n\nor export ")
                .append(OVERRIDE)
                .append("=1\n");
        if (System.getenv(OVERRIDE) == null) {
            throw new BadWord(text.toString());
        }
        messages.warn(text.toString());
        messages.warn(OVERRIDE + " set. Skipping fatal error.");
    }
}
