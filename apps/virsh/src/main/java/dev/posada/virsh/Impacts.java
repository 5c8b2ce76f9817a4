package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.Flag;
import java.util.ArrayList;

/** The options that say whether a change or a question concerns the running instance, the definition, or both. */
final class Impacts {
    private Impacts() {}

    static Option config() {
        return Option.flag("config", "the definition, which the next start takes");
    }

    static Option live() {
        return Option.flag("live", "the running instance");
    }

    static Option current() {
        return Option.flag("current", "the running instance if there is one, else the definition");
    }

    static Option persistent() {
        return Option.flag("persistent", "the definition too, besides the running instance");
    }

    /** {@code --config --live --current}. */
    static Option[] options() {
        return new Option[] {config(), live(), current()};
    }

    /** {@code --persistent --config --live --current}. */
    static Option[] deviceOptions() {
        return new Option[] {persistent(), config(), live(), current()};
    }

    /** What {@code --config}, {@code --live} and {@code --current} ask for. */
    static Flag.Impact[] of(Call call) {
        call.exclusive("current", "live");
        call.exclusive("current", "config");
        var impact = new ArrayList<Flag.Impact>();
        if (call.has("config")) {
            impact.add(Flag.Impact.CONFIG);
        }
        if (call.has("live")) {
            impact.add(Flag.Impact.LIVE);
        }
        return impact.toArray(Flag.Impact[]::new);
    }

    /** The same, but the running instance where nothing was said and one runs. */
    static Flag.Impact[] orLive(Call call, Flag.Impact[] asked, Domain domain) {
        return asked.length == 0 && !call.has("current") && domain.isActive()
                ? new Flag.Impact[] {Flag.Impact.LIVE}
                : asked;
    }

    /** Complains of what {@link #ofDevice} would not take, before the domain is looked for. */
    static void checkDevice(Call call) {
        call.exclusive("persistent", "current");
        call.exclusive("current", "live");
        call.exclusive("current", "config");
    }

    /** What the options ask for where there is {@code --persistent} too: with a running instance both. */
    static Flag.Impact[] ofDevice(Call call, Domain domain) {
        var impact = new ArrayList<Flag.Impact>();
        if (call.has("config") || call.has("persistent")) {
            impact.add(Flag.Impact.CONFIG);
        }
        if (call.has("live") || (call.has("persistent") && domain.isActive())) {
            impact.add(Flag.Impact.LIVE);
        }
        return impact.toArray(Flag.Impact[]::new);
    }
}
