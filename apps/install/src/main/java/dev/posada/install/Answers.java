package dev.posada.install;

import dev.posada.osinfo.InstallScript;
import dev.posada.osinfo.Media;
import dev.posada.osinfo.Os;
import dev.posada.osinfo.OsDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Chooses the scripts that answer an installer's questions, and gathers what they are to be told. */
final class Answers {
    private static final String PREFERRED_PROFILE = "desktop";

    /** Characters that installers do not take in a host's name. */
    private static final String NOT_IN_HOSTNAMES = "[{|}~\\[\\]^':; <=>?@!\"#$%`()+/.,*&]";

    private final InstallRequest.Unattended wanted;
    private final OsDatabase systems;
    private final Messages messages;

    Answers(InstallRequest.Unattended wanted, OsDatabase systems, Messages messages) {
        this.wanted = wanted;
        this.systems = systems;
        this.messages = messages;
    }

    /**
     * The scripts for a guest, ready to be made.
     *
     * @param media what is known of the disc it is installed from
     * @param url of the tree it is installed from; empty where it is none of the network's
     * @param injection how the files reach the installer, {@code initrd} or {@code cdrom}
     */
    List<AnswerScript> scripts(GuestDocument guest, Optional<Media> media, String url, String injection) {
        Os os = systems.find(guest.operatingSystem())
                .orElseThrow(() -> new InstallException(
                        "OS '" + guest.operatingSystem() + "' does not support unattended installation."));
        List<AnswerScript> made = new ArrayList<>();
        for (InstallScript script : chosen(os, media)) {
            if (!script.injectionMethods().contains(injection)) {
                throw new InstallException(
                        "OS '" + os.shortId() + "' does not support required injection method '" + injection + "'");
            }
            made.add(new AnswerScript(script, os, media, injection, settings(script, os, guest, url), systems));
        }
        return made;
    }

    private List<InstallScript> chosen(Os os, Optional<Media> media) {
        if (media.isPresent() && !media.get().installerScript()) {
            throw new InstallException("OS '" + os.shortId() + "' media does not support unattended installation");
        }
        List<InstallScript> scripts = new ArrayList<>();
        for (String id : media.map(Media::installScripts).orElse(List.of())) {
            systems.installScript(id).ifPresent(scripts::add);
        }
        if (scripts.isEmpty()) {
            scripts.addAll(os.installScripts());
        }
        if (scripts.isEmpty()) {
            throw new InstallException("OS '" + os.shortId() + "' does not support unattended installation.");
        }
        Map<String, List<InstallScript>> byProfile = new TreeMap<>();
        for (InstallScript script : scripts) {
            byProfile
                    .computeIfAbsent(script.profile(), any -> new ArrayList<>())
                    .add(script);
        }
        return byProfile.getOrDefault(profile(os, byProfile), List.of());
    }

    private String profile(Os os, Map<String, List<InstallScript>> byProfile) {
        if (wanted.profile().isPresent()) {
            String profile = wanted.profile().get();
            if (!byProfile.containsKey(profile)) {
                throw new InstallException(
                        "OS '" + os.shortId() + "' does not support unattended installation for the '" + profile
                                + "' profile. Available profiles: " + String.join(", ", byProfile.keySet()));
            }
            return profile;
        }
        String profile = byProfile.containsKey(PREFERRED_PROFILE)
                ? PREFERRED_PROFILE
                : byProfile.keySet().iterator().next();
        messages.warn("Using unattended profile '" + profile + "'");
        return profile;
    }

    private SequencedMap<String, String> settings(InstallScript script, Os os, GuestDocument guest, String url) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        login(os).ifPresent(login -> {
            settings.put("user-login", login);
            settings.put("user-realname", wanted.userLogin().orElse(login));
        });
        settings.put("user-password", password(script, os, "user-password", wanted.userPasswordFile()));
        settings.put("admin-password", password(script, os, "admin-password", wanted.adminPasswordFile()));
        boolean windows = os.family().startsWith("win");
        boolean virtio = os.supports("http://pcisig.com/pci/1af4/1001", "http://pcisig.com/pci/1af4/1042");
        settings.put("target-disk", windows ? "C" : virtio ? "/dev/vda" : "/dev/sda");
        settings.put("hardware-arch", guest.architecture());
        settings.put("hostname", guest.name().replaceAll(NOT_IN_HOSTNAMES, "-"));
        timezone().ifPresent(zone -> settings.put("l10n-timezone", zone));
        String language = language();
        if (!language.isEmpty()) {
            settings.put("l10n-language", language);
            settings.put("l10n-keyboard", language);
        }
        settings.put("installation-url", url);
        wanted.regLogin().ifPresent(login -> settings.put("reg-login", login));
        wanted.productKey().ifPresent(key -> settings.put("reg-product-key", key));
        return settings;
    }

    private Optional<String> login(Os os) {
        Optional<String> login = wanted.userLogin().map(name -> name.toLowerCase(Locale.ROOT));
        if (login.isPresent() && login.get().equals("root")) {
            throw new InstallException(os.shortId() + " cannot use 'root' as user-login.");
        }
        return login.or(() -> Optional.of(System.getProperty("user.name", "")))
                .filter(name -> !name.isEmpty() && !name.equals("root"));
    }

    private static String password(InstallScript script, Os os, String name, Optional<String> file) {
        String password = file.map(TextFiles::firstLine).orElse("");
        if (password.isEmpty() && script.requires(name)) {
            throw new InstallException(os.shortId() + " requires the " + name + " to be set.");
        }
        return password;
    }

    private static Optional<String> timezone() {
        try {
            String path = Path.of("/etc/localtime").toRealPath().toString();
            int at = path.indexOf("zoneinfo/");
            return at < 0 ? Optional.empty() : Optional.of(path.substring(at + "zoneinfo/".length()));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** The user's language as {@code de_DE}; empty for the language of machines. */
    private static String language() {
        for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
            String value = System.getenv(name);
            if (value != null && !value.isEmpty()) {
                String bare = value.replaceFirst("[.@].*", "");
                return bare.equals("C") || bare.equals("POSIX") ? "" : bare;
            }
        }
        return "";
    }
}
