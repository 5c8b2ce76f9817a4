package dev.posada.daemon;

import dev.posada.host.HostSettings;
import dev.posada.model.PosadaException;
import dev.posada.server.ServerSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Everything a daemon is told by its files and its command line.
 *
 * @param server where to listen and what to grant
 * @param host what the host is called
 * @param logs what is told, and where
 * @param drivers each driver's own keys by scheme
 * @param notes what whoever wrote the files should know: keys nobody knows, keys without effect
 */
record Settings(
        ServerSettings server,
        HostSettings host,
        LogSettings logs,
        Map<String, Map<String, List<String>>> drivers,
        List<String> notes) {
    private static final Pattern UUID_SHAPE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    Settings {
        drivers = Map.copyOf(drivers);
        notes = List.copyOf(notes);
    }

    /**
     * Reads the files the command line and the places name; a file nobody named need not be there.
     *
     * @param underJournal whether standard error is connected to systemd's journal
     * @throws StartException naming file, line and key of what is wrong
     */
    static Settings load(Options options, Places places, boolean underJournal) {
        var conf = options.config().map(ConfFile::read).orElseGet(() -> ConfFile.readIfThere(places.config()));
        var drivers = new LinkedHashMap<String, ConfFile>();
        DriverKeys.tables()
                .keySet()
                .forEach(name -> drivers.put(name, ConfFile.readIfThere(places.driverConfig(name))));
        return of(conf, drivers, options, places, underJournal);
    }

    /** The settings of these files; {@code drivers} has those of the drivers that have one, by their names. */
    static Settings of(
            ConfFile conf, Map<String, ConfFile> drivers, Options options, Places places, boolean underJournal) {
        var notes = new ArrayList<String>();
        notes.addAll(SettingKeys.table().check(conf));
        var values = new LinkedHashMap<String, Map<String, List<String>>>();
        DriverKeys.tables().forEach((name, table) -> {
            var file = drivers.getOrDefault(name, ConfFile.empty(places.driverConfig(name)));
            notes.addAll(table.check(file));
            values.put(name, file.values());
        });
        var qemu = drivers.getOrDefault("qemu", ConfFile.empty(places.driverConfig("qemu")));
        return new Settings(
                server(conf, options, places, notes),
                host(conf, qemu, places),
                logs(conf, options, places, underJournal),
                values,
                notes);
    }

    private static ServerSettings server(ConfFile conf, Options options, Places places, List<String> notes) {
        ServerSettings server;
        try {
            server = ServerSettings.from(conf.values(), places.directories().run());
        } catch (PosadaException e) {
            throw conf.wrong(keyIn(e.detail()), e.detail());
        }
        if (server.tcp().isPresent()) {
            if (!options.listen()) {
                notes.add(conf.path() + ": listen_tcp has no effect without the option --listen");
                server = new ServerSettings(server.unix(), Optional.empty(), server.limits(), server.keepAlive());
            } else if (!conf.entries().containsKey("auth_tcp")) {
                throw conf.wrong(
                        "listen_tcp",
                        "listen_tcp needs authentication, which there is none of yet; set auth_tcp = \"none\" if whoever"
                                + " reaches the port may do everything");
            }
        }
        if (places.ownUserOnly()) {
            var unix = server.unix();
            server = server.withUnix(new ServerSettings.UnixSockets(
                    unix.readWrite(),
                    unix.readOnly(),
                    unix.group(),
                    unix.readWritePermissions(),
                    unix.readOnlyPermissions(),
                    unix.readWriteAuthentication(),
                    unix.readOnlyAuthentication(),
                    true));
        }
        return options.socket().map(server::withSocket).orElse(server);
    }

    /** The key a complaint of the server begins with. */
    private static String keyIn(String detail) {
        return detail.split("[ :=]", 2)[0];
    }

    private static HostSettings host(ConfFile conf, ConfFile qemu, Places places) {
        var defaults = HostSettings.defaults();
        var uuid = text(conf, "host_uuid").map(text -> {
            var lower = text.toLowerCase(Locale.ROOT);
            if (!UUID_SHAPE.matcher(lower).matches()
                    || lower.replace("-", "").chars().distinct().count() < 2) {
                throw conf.wrong(
                        "host_uuid",
                        "host_uuid = \"" + text + "\" is no identity; `uuidgen` makes one, not all digits the same");
            }
            return UUID.fromString(lower);
        });
        var source = text(conf, "host_uuid_source")
                .map(text -> switch (text) {
                    case "smbios" -> HostSettings.UuidSource.FIRMWARE;
                    case "machine-id" -> HostSettings.UuidSource.MACHINE_ID;
                    default ->
                        throw conf.wrong(
                                "host_uuid_source",
                                "host_uuid_source = \"" + text + "\": expected \"smbios\" or \"machine-id\"");
                })
                .orElse(defaults.uuidSource());
        return new HostSettings(uuid, source, SecurityModels.of(places.privileged(), qemu));
    }

    private static LogSettings logs(ConfFile conf, Options options, Places places, boolean underJournal) {
        var key = "log_level";
        try {
            var logs = usualLogs(options, places, underJournal);
            var level = text(conf, key);
            if (level.isPresent()) {
                logs = logs.withLevel(LogSettings.level(level.get()));
            }
            if (options.verbose() && !LogLevel.INFO.reaches(logs.level())) {
                logs = logs.withLevel(LogLevel.INFO);
            }
            key = "log_filters";
            logs = new LogSettings(
                    logs.level(), LogSettings.filters(text(conf, key).orElse("")), logs.outputs());
            key = "log_outputs";
            var outputs = LogSettings.outputs(text(conf, key).orElse(""), underJournal);
            return outputs.isEmpty() ? logs : logs.withOutputs(outputs);
        } catch (IllegalArgumentException e) {
            throw conf.wrong(key, key + ": " + e.getMessage());
        }
    }

    private static LogSettings usualLogs(Options options, Places places, boolean underJournal) {
        LogSettings.Place place = new LogSettings.StandardError();
        if (options.background()) {
            place = new LogSettings.LogFile(places.directories().log().resolve("posadad.log"));
        } else if (underJournal) {
            place = new LogSettings.Journal();
        }
        return LogSettings.standard().withOutputs(List.of(new LogSettings.Output(LogLevel.DEBUG, place)));
    }

    static Optional<String> text(ConfFile conf, String key) {
        return Optional.ofNullable(conf.entries().get(key))
                .map(entry -> entry.value().texts())
                .filter(texts -> !texts.isEmpty())
                .map(List::getFirst)
                .filter(text -> !text.isEmpty());
    }
}
