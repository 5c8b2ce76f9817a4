package dev.posada.daemon;

import dev.posada.daemon.SettingKey.Kind;
import java.util.List;

/** Every key of {@code qemu.conf}; what they are set to is the QEMU driver's to read. */
final class QemuKeys {
    private static final String NO_TLS = "neither displays nor ports are encrypted yet";
    private static final String NO_SASL = "there is no SASL yet";
    private static final String NO_MIGRATION = "there is no migration yet";
    private static final String NO_SNAPSHOTS = "there are no save images and snapshots yet";
    private static final String NO_LABELS = "guests are kept apart by user and cgroup, not by labels";
    private static final String AS_IT_IS = "it is always so";

    private static final List<String> NO = List.of("0");
    private static final List<String> YES = List.of("1");

    private final KeyTable.Builder keys = new KeyTable.Builder();

    private QemuKeys() {}

    /** All keys in the order of the file. */
    static KeyTable table() {
        var keys = new QemuKeys();
        keys.emulators();
        keys.displays();
        keys.idleDisplays();
        keys.idleConfinement();
        keys.idle();
        return keys.keys.table(
                "the QEMU driver",
                "Settings of the QEMU driver, in the format and with the names of libvirt's qemu.conf. Each key stands"
                        + " here with what holds while it is not set, or an example; remove the # to set it. They are"
                        + " read when the driver is first used.");
    }

    private void emulators() {
        keys.section("Emulators");
        keys.text(
                "user",
                "\"libvirt-qemu\"",
                "Whom QEMU runs as: a name, or a number with + before it. Unset, the daemon's own user. The folders"
                        + " on the way to the guests' files have to let this user pass.");
        keys.text("group", "\"kvm\"", "The group QEMU runs in. Unset, the user's or the daemon's own.");
        keys.number(
                "dynamic_ownership",
                "1",
                "Whether QEMU's user is given the files of a guest while it runs: those it writes, and those it could not"
                        + " read. Only where QEMU runs as another user than the daemon.");
        keys.number(
                "remember_owner",
                "1",
                "Whether files go back to the owners they had; otherwise root gets them. Owners are noted on the files, in"
                        + " libvirt's way.");
        keys.number("monitor_timeout", "30", "Seconds a monitor may take to answer before its guest counts as hung.");
        keys.text(
                "auto_dump_path",
                "\"/var/lib/posada/qemu/dump\"",
                "Where the memory of guests goes that crash under <on_crash>coredump-…</on_crash>.");
        keys.text(
                "bridge_helper",
                "\"/usr/lib/qemu/qemu-bridge-helper\"",
                "What puts guests of daemons without root on bridges: QEMU's own helper, setuid root.");
    }

    private void displays() {
        keys.section("Displays");
        keys.text("vnc_listen", "\"127.0.0.1\"", "Where VNC listens when a definition does not say.");
        keys.text(
                "vnc_password",
                "\"XYZ12345\"",
                "The password of VNC displays that have none of their own; eight characters count.");
        keys.text("spice_listen", "\"127.0.0.1\"", "Where SPICE listens when a definition does not say.");
        keys.text("spice_password", "\"XYZ12345\"", "The password of SPICE displays that have none of their own.");
        keys.number("remote_display_port_min", "5900", "The first port for displays.");
        keys.number("remote_display_port_max", "65535", "The last port for displays.");
        keys.number("remote_websocket_port_min", "5700", "The first port for VNC's websockets.");
        keys.number("remote_websocket_port_max", "65535", "The last port for VNC's websockets.");
    }

    private void idleDisplays() {
        keys.section("Known from libvirt: displays and ports cannot be protected so here");
        for (var name : List.of(
                "vnc_tls",
                "vnc_tls_x509_verify",
                "spice_tls",
                "chardev_tls",
                "chardev_tls_x509_verify",
                "migrate_tls_force",
                "nbd_tls",
                "vxhs_tls",
                "backup_tls_x509_verify",
                "default_tls_x509_verify",
                "migrate_tls_x509_verify")) {
            keys.refused(name, Kind.NUMBER, "0", NO, NO_TLS);
        }
        keys.refused("vnc_sasl", Kind.NUMBER, "0", NO, NO_SASL);
        keys.refused("spice_sasl", Kind.NUMBER, "0", NO, NO_SASL);
        for (var name : List.of(
                "default_tls_x509_cert_dir",
                "vnc_tls_x509_cert_dir",
                "spice_tls_x509_cert_dir",
                "chardev_tls_x509_cert_dir",
                "migrate_tls_x509_cert_dir",
                "backup_tls_x509_cert_dir",
                "vxhs_tls_x509_cert_dir",
                "nbd_tls_x509_cert_dir")) {
            keys.idle(name, Kind.TEXT, "\"/etc/pki/qemu\"", NO_TLS);
        }
        for (var name : List.of(
                "default_tls_x509_secret_uuid",
                "vnc_tls_x509_secret_uuid",
                "chardev_tls_x509_secret_uuid",
                "migrate_tls_x509_secret_uuid",
                "backup_tls_x509_secret_uuid",
                "vxhs_tls_x509_secret_uuid",
                "nbd_tls_x509_secret_uuid")) {
            keys.idle(name, Kind.TEXT, "\"00000000-0000-0000-0000-000000000000\"", NO_TLS);
        }
        keys.idle("vnc_sasl_dir", Kind.TEXT, "\"/some/directory/sasl2\"", NO_SASL);
        keys.idle("spice_sasl_dir", Kind.TEXT, "\"/some/directory/sasl2\"", NO_SASL);
        keys.idle("vnc_auto_unix_socket", Kind.NUMBER, "0", "displays listen where their definition says");
        keys.idle("spice_auto_unix_socket", Kind.NUMBER, "0", "displays listen where their definition says");
        keys.idle("vnc_allow_host_audio", Kind.NUMBER, "0", "a definition's <audio> says where sound goes");
        keys.idle("nographics_allow_host_audio", Kind.NUMBER, "0", "a definition's <audio> says where sound goes");
    }

    private void idleConfinement() {
        keys.section("Known from libvirt: guests cannot be confined so here");
        keys.refused("security_driver", Kind.TEXT, "\"none\"", List.of("none", "dac"), NO_LABELS);
        keys.refused("security_default_confined", Kind.NUMBER, "0", NO, NO_LABELS);
        keys.refused("security_require_confined", Kind.NUMBER, "0", NO, NO_LABELS);
        keys.refused("seccomp_sandbox", Kind.NUMBER, "1", YES, "QEMU's sandbox is always on");
        keys.idle("namespaces", Kind.LIST, "[ ]", "guests see the host's own /dev, as far as their user may");
        keys.idle("cgroup_controllers", Kind.LIST, "[ \"cpu\", \"memory\" ]", "all that the host has are used");
        keys.idle("cgroup_device_acl", Kind.LIST, "[ \"/dev/null\" ]", "devices are left to their permissions");
        keys.idle("max_processes", Kind.NUMBER, "0", "guests have the daemon's limits");
        keys.idle("max_files", Kind.NUMBER, "0", "guests have the daemon's limits");
        keys.idle("max_threads_per_process", Kind.NUMBER, "0", "guests have the daemon's limits");
        keys.idle("max_core", Kind.TEXT, "\"unlimited\"", "guests have the daemon's limits");
        keys.idle("dump_guest_core", Kind.NUMBER, "0", "a definition's <memory dumpCore=…> says so");
        keys.idle("sched_core", Kind.TEXT, "\"none\"", "cores are not set aside yet");
        keys.refused("mac_filter", Kind.NUMBER, "0", NO, "there are no filters of network packets yet");
        keys.idle("relaxed_acs_check", Kind.NUMBER, "0", "there is no device assignment yet");
    }

    private void idle() {
        keys.section("Known from libvirt, without effect here");
        keys.idle("set_process_name", Kind.NUMBER, "1", AS_IT_IS);
        keys.idle("log_timestamp", Kind.NUMBER, "1", AS_IT_IS);
        keys.idle("stdio_handler", Kind.TEXT, "\"file\"", AS_IT_IS);
        keys.idle("lock_manager", Kind.TEXT, "\"lockd\"", "QEMU's own locks keep two guests from one image");
        keys.idle("allow_disk_format_probing", Kind.NUMBER, "0", "libvirt itself has no use for it any more");
        keys.idle("max_queued", Kind.NUMBER, "0", "a domain has one job at a time, others wait their turn");
        keys.idle("keepalive_interval", Kind.NUMBER, "5", NO_MIGRATION);
        keys.idle("keepalive_count", Kind.NUMBER, "5", NO_MIGRATION);
        keys.idle("migration_address", Kind.TEXT, "\"0.0.0.0\"", NO_MIGRATION);
        keys.idle("migration_host", Kind.TEXT, "\"host.example.com\"", NO_MIGRATION);
        keys.idle("migration_port_min", Kind.NUMBER, "49152", NO_MIGRATION);
        keys.idle("migration_port_max", Kind.NUMBER, "49215", NO_MIGRATION);
        keys.idle("save_image_format", Kind.TEXT, "\"raw\"", NO_SNAPSHOTS);
        keys.idle("dump_image_format", Kind.TEXT, "\"raw\"", "memory of crashed guests is written as it is");
        keys.idle("snapshot_image_format", Kind.TEXT, "\"raw\"", NO_SNAPSHOTS);
        keys.idle("auto_dump_bypass_cache", Kind.NUMBER, "0", "memory of crashed guests goes through the cache");
        keys.idle("auto_start_bypass_cache", Kind.NUMBER, "0", NO_SNAPSHOTS);
        keys.idle("hugetlbfs_mount", Kind.TEXT, "\"/dev/hugepages\"", "the host's mounts are looked up");
        keys.idle(
                "memory_backing_dir",
                Kind.TEXT,
                "\"/var/lib/posada/qemu/ram\"",
                "it is where the driver keeps its state");
        keys.idle(
                "nvram",
                Kind.LIST,
                "[ \"/usr/share/OVMF/OVMF_CODE.fd:/usr/share/OVMF/OVMF_VARS.fd\" ]",
                "the host's firmware descriptions are looked up");
        keys.idle("pr_helper", Kind.TEXT, "\"qemu-pr-helper\"", "there are no persistent reservations yet");
        keys.idle("slirp_helper", Kind.TEXT, "\"slirp-helper\"", "user networks are QEMU's own");
        keys.idle("dbus_daemon", Kind.TEXT, "\"dbus-daemon\"", "there is no D-Bus display yet");
        keys.idle("swtpm_user", Kind.TEXT, "\"swtpm\"", "TPM emulators run as their guest does");
        keys.idle("swtpm_group", Kind.TEXT, "\"swtpm\"", "TPM emulators run as their guest does");
        keys.idle("virtiofsd_debug", Kind.NUMBER, "0", "there is no virtiofs yet");
        keys.idle("gluster_debug_level", Kind.NUMBER, "4", "Gluster is not spoken to");
        keys.idle("capability_filters", Kind.LIST, "[ \"capname\" ]", "QEMU is taken as it is");
        keys.idle("deprecation_behavior", Kind.TEXT, "\"none\"", "what QEMU says of old options is in the guest's log");
    }
}
