package dev.posada.clone;

/** What {@code --help} prints. */
final class Help {
    static final String TEXT = """
            usage: virt-clone --original [NAME] ...

            Makes a second domain from a first one: a new name, uuid and addresses of its
            interfaces, and a copy of each disk it may write to. What is inside the disks
            stays as it is; virt-sysprep changes that.

            options:
              -h, --help            show this text and end
              --version             show the version of the interface and end
              --connect URI         the daemon to use

            What is cloned, and what it is called:
              -o NAME, --original NAME
                                    the domain to clone
              --original-xml FILE   a definition to clone in place of a domain
              --auto-clone          find a free name, and places beside the originals
              -n NAME, --name NAME  the clone's name
              -u UUID, --uuid UUID  the clone's uuid; random without it
              --reflink             copies share blocks with their originals, where the
                                    file system can do that
              --linked              copies are qcow2 overlays on the originals' images, made
                                    in no time; the original must not run any more
                                    (not in the original virt-clone)

            Storage:
              -f PATH, --file PATH  the place of a copy; once for each disk, in their order
              --force-copy TARGET   copy the disk of this target though it is read-only,
                                    shareable or empty
              --skip-copy TARGET    have the clone use the original's disk of this target
              --nonsparse           allocate copies fully
              --preserve-data       copy nothing: the paths given exist and hold the data
              --nvram PATH          the place of the copy of the firmware's variables

            Network:
              -m MAC, --mac MAC     the address of an interface, in their order; RANDOM, and
                                    none given, is a random one

            Others:
              --replace             a domain of the clone's name gives way
              --print-xml           print the clone's definition and make nothing
              --check NAME=on|off   checks: path_in_use, path_exists, disk_size, mac_in_use
                                    or all
              -q, --quiet           say nothing but errors
              -d, --debug           say what is done

            docs/tools/virt-clone.md has examples.
            """;

    private Help() {}
}
