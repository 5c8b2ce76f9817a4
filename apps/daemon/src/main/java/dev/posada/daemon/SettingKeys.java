package dev.posada.daemon;

import dev.posada.daemon.SettingKey.Kind;
import java.util.List;

/** Every key of {@code posadad.conf}. The template that is shipped is written from this table. */
final class SettingKeys {
    private static final String NO_TLS = "there is no TLS yet";
    private static final String NO_SASL = "there is no SASL yet";
    private static final String NO_ADMIN = "there is no administration interface yet";
    private static final String VIRTUAL_THREADS = "each call has a thread of its own";

    private final KeyTable.Builder keys = new KeyTable.Builder();

    private SettingKeys() {}

    /** All keys in the order of the file. */
    static KeyTable table() {
        var keys = new SettingKeys();
        keys.sockets();
        keys.network();
        keys.limits();
        keys.keepAlive();
        keys.logging();
        keys.host();
        keys.idle();
        return keys.keys.table(
                "posadad",
                "Settings of posadad, in the format and with the names of libvirt's libvirtd.conf. Each key stands here"
                        + " with what holds while it is not set, or an example; remove the # to set it. They are read"
                        + " when the daemon starts.");
    }

    private void sockets() {
        keys.section("Sockets on this host");
        keys.text("unix_sock_dir", "\"/run/posada\"", "The folder of the sockets posada-sock and posada-sock-ro.");
        keys.text(
                "unix_sock_group",
                "\"libvirt\"",
                "The group both sockets are given to. Members can connect as far as the permissions say."
                        + " Unset, the group is that of the daemon.");
        keys.text(
                "unix_sock_rw_perms",
                "\"0700\"",
                "Permissions of posada-sock. Whoever may write to it may do everything, which as root's daemon is as"
                        + " much as being root.");
        keys.text("unix_sock_ro_perms", "\"0777\"", "Permissions of posada-sock-ro, on which one can only look.");
        keys.text(
                "auth_unix_rw",
                "\"none\"",
                "How clients of posada-sock prove who they are. \"none\" leaves it to the socket's permissions;"
                        + " \"polkit\" and \"sasl\" are refused.");
        keys.text("auth_unix_ro", "\"none\"", "The same for posada-sock-ro.");
        keys.refused(
                "access_drivers",
                Kind.LIST,
                "[ \"none\" ]",
                List.of("none"),
                "nothing decides call by call who may do what; the sockets' permissions do");
    }

    private void network() {
        keys.section("Sockets on the network, opened only with --listen");
        keys.number(
                "listen_tcp",
                "0",
                "1 to listen for TCP connections. They are neither encrypted nor authenticated: for tunnels and"
                        + " closed networks. Needs auth_tcp = \"none\" beside it.");
        keys.text("tcp_port", "\"16509\"", "The port.");
        keys.text("listen_addr", "\"127.0.0.1\"", "The address to listen on. Unset, all of the host's.");
        keys.text(
                "auth_tcp",
                "\"sasl\"",
                "How TCP clients prove who they are. Only \"none\" can be had so far, and has to be written out.");
        keys.number("listen_tls", "0", "1 to listen for TLS connections; refused, as " + NO_TLS + ". Use ssh.");
    }

    private void limits() {
        keys.section("What clients may ask for");
        keys.number("max_clients", "5000", "Clients at once, over all sockets. Further ones are turned away.");
        keys.number("max_queued_clients", "1000", "Connections that wait to be accepted, on each socket.");
        keys.number(
                "max_anonymous_clients", "20", "Clients that have not yet proved who they are; 0 for no such limit.");
        keys.number(
                "max_client_requests", "5", "Calls of one client that are worked on at once; its further ones wait.");
    }

    private void keepAlive() {
        keys.section("Clients that fall silent");
        keys.number(
                "keepalive_interval",
                "5",
                "Seconds of silence after which a client is asked whether it is still there; -1 for never.");
        keys.number(
                "keepalive_count", "5", "Questions in a row that may stay unanswered before the client is dropped.");
    }

    private void logging() {
        keys.section("Messages");
        keys.number("log_level", "3", "What is told: 1 everything, 2 what is going on, 3 warnings, 4 errors only.");
        keys.text(
                "log_filters",
                "\"1:qemu 4:server\"",
                "Other levels for parts of the program, LEVEL:PART with a space between: model, xml, engine, qemu,"
                        + " simulator, host, process, qmp, server, daemon. The first that matches counts.");
        keys.text(
                "log_outputs",
                "\"1:stderr\"",
                "Where messages go, LEVEL:PLACE with a space between, each taking what is at least of its level:"
                        + " LEVEL:stderr, LEVEL:file:PATH, LEVEL:journald (under systemd). LEVEL:syslog:NAME is"
                        + " refused. In the background (--daemon) the standard is posadad.log in the folder for logs.");
    }

    private void host() {
        keys.section("What the host is called");
        keys.text("host_uuid", "\"00000000-0000-0000-0000-000000000000\"", "The host's identity, if not its own.");
        keys.text(
                "host_uuid_source",
                "\"smbios\"",
                "Where the host's identity comes from: \"smbios\" for the firmware's (where that has none, a digest of"
                        + " /etc/machine-id), \"machine-id\" for /etc/machine-id as it is.");
    }

    private void idle() {
        keys.section("Known from libvirtd, without effect here");
        keys.idle("min_workers", Kind.NUMBER, "5", VIRTUAL_THREADS);
        keys.idle("max_workers", Kind.NUMBER, "20", VIRTUAL_THREADS);
        keys.idle("prio_workers", Kind.NUMBER, "5", VIRTUAL_THREADS);
        keys.idle("tls_port", Kind.TEXT, "\"16514\"", NO_TLS);
        keys.idle("auth_tls", Kind.TEXT, "\"none\"", NO_TLS);
        keys.idle("key_file", Kind.TEXT, "\"/etc/pki/libvirt/private/serverkey.pem\"", NO_TLS);
        keys.idle("cert_file", Kind.TEXT, "\"/etc/pki/libvirt/servercert.pem\"", NO_TLS);
        keys.idle("ca_file", Kind.TEXT, "\"/etc/pki/CA/cacert.pem\"", NO_TLS);
        keys.idle("crl_file", Kind.TEXT, "\"/etc/pki/CA/crl.pem\"", NO_TLS);
        keys.idle("tls_no_sanity_certificate", Kind.NUMBER, "0", NO_TLS);
        keys.idle("tls_no_verify_certificate", Kind.NUMBER, "0", NO_TLS);
        keys.idle("tls_allowed_dn_list", Kind.LIST, "[ \"DN1\", \"DN2\" ]", NO_TLS);
        keys.idle("tls_priority", Kind.TEXT, "\"NORMAL\"", NO_TLS);
        keys.idle("tcp_min_ssf", Kind.NUMBER, "112", NO_SASL);
        keys.idle("sasl_allowed_username_list", Kind.LIST, "[ \"joe@EXAMPLE.COM\" ]", NO_SASL);
        keys.idle("unix_sock_admin_perms", Kind.TEXT, "\"0700\"", NO_ADMIN);
        keys.idle("admin_min_workers", Kind.NUMBER, "1", NO_ADMIN);
        keys.idle("admin_max_workers", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_max_clients", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_max_queued_clients", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_max_client_requests", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_keepalive_interval", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_keepalive_count", Kind.NUMBER, "5", NO_ADMIN);
        keys.idle("admin_keepalive_required", Kind.NUMBER, "0", NO_ADMIN);
        keys.idle("keepalive_required", Kind.NUMBER, "0", "libvirt itself has no use for it any more");
        keys.idle("audit_level", Kind.NUMBER, "1", "there is no audit log yet");
        keys.idle("audit_logging", Kind.NUMBER, "0", "there is no audit log yet");
        keys.idle("ovs_timeout", Kind.NUMBER, "5", "there are no Open vSwitch networks yet");
    }
}
