package dev.posada.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Container;
import dev.posada.dockerengine.DockerEngine;
import dev.posada.dockerengine.EngineException;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The containers that domains are: found, made, made anew when a definition asks for another one, removed.
 *
 * <p>A container stays when its domain stops, since its root file system is the domain's disk. What is fixed when it is
 * made is written on it as a digest; when a definition asks for something else, what it wrote is committed as an image and
 * another one is made from that. A definition with another image gets a fresh root file system.
 */
final class ContainerStore {
    private static final System.Logger LOG = System.getLogger("posada.docker");

    /** Repository of the images that containers made anew come from. */
    private static final String LAYERS = "posada/";

    /** What an old container is called while the new one is made. */
    private static final String OLD = ".posada-old";

    private final DockerEngine engine;
    private final String home;

    ContainerStore(DockerEngine engine, String home) {
        this.engine = engine;
        this.home = home;
    }

    /**
     * What is ready to be started.
     *
     * @param container its id
     * @param fresh whether it was made now, and goes again when the start fails
     */
    record Ready(String container, boolean fresh) {}

    /** The container a domain is, running or not. */
    Optional<InspectContainerResponse> find(UUID domain) {
        for (var container : all(domain)) {
            var seen = engine.containers().find(container.getId());
            if (seen.isPresent()) {
                return seen;
            }
        }
        return engine.containers()
                .find(Labels.idPrefix(domain))
                .filter(seen -> seen.getId().startsWith(Labels.idPrefix(domain)));
    }

    /** All containers labelled as a domain's, the one made last first; more than one only after a kill in between. */
    private List<Container> all(UUID domain) {
        return engine.containers().labelled(Labels.UUID_KEY + "=" + domain).stream()
                .sorted(Comparator.comparing(Container::getCreated).reversed())
                .toList();
    }

    /**
     * A container for a domain that does not run: the one there is, or one made now.
     *
     * @param kept whether it stays when the domain ends
     * @throws PosadaException when there is no such image, or the engine refuses
     */
    Ready prepare(DomainDefinition definition, ContainerSpec spec, boolean kept) {
        boolean copied = RootMark.other(definition)
                .filter(original -> copy(original, definition, spec, kept))
                .isPresent();
        var found = find(definition.uuid());
        if (found.isEmpty()) {
            return new Ready(make(definition, spec, spec.image(), kept, List.of()), true);
        }
        var seen = found.get();
        if (copied) {
            return new Ready(seen.getId(), true);
        }
        if (Boolean.TRUE.equals(seen.getState().getRunning())) {
            throw Refusal.of(
                    ErrorCode.OPERATION_FAILED,
                    "domain '" + definition.name() + "': its container " + shortId(seen.getId())
                            + " runs already, started by somebody else; stop it or wait until it is taken over");
        }
        if (!madeFor(seen, definition, spec)) {
            return new Ready(remake(definition, spec, seen, kept), false);
        }
        if (!name(seen).equals(spec.name())) {
            engine.containers().rename(seen.getId(), spec.name());
        }
        boolean ours = labels(seen).containsKey(Labels.UUID_KEY);
        if (!limited(seen, spec, ours)) {
            return new Ready(remake(definition, spec, seen, kept), false);
        }
        if (ours) {
            new ContainerNetworks(engine).settle(seen, spec.networks());
        }
        return new Ready(seen.getId(), false);
    }

    /** Puts limits in force; whether they are. Podman's service cannot change those of a container it has made. */
    private boolean limited(InspectContainerResponse seen, ContainerSpec spec, boolean ours) {
        try {
            engine.containers().update(seen.getId(), command -> {
                ContainerMaking.update(command, spec.limits());
                if (ours) {
                    // That of others' containers is theirs, and follows the mark that a domain starts with the host.
                    command.withRestartPolicy(ContainerMaking.restart(spec.restart()));
                }
            });
            return true;
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.UNSUPPORTED) {
                throw e;
            }
            return !ours || limits(spec).equals(labels(seen).get(Labels.LIMITS));
        }
    }

    private static String limits(ContainerSpec spec) {
        return digest(spec.limits() + " " + spec.restart());
    }

    private boolean madeFor(InspectContainerResponse seen, DomainDefinition definition, ContainerSpec spec) {
        var made = labels(seen).get(Labels.MADE);
        if (made != null && !made.isEmpty()) {
            return made.equals(digest(spec.made()));
        }
        // Made by somebody else: what it looks like as a definition tells whether that was changed since.
        var asFound = ContainerPlan.of(FoundDefinition.of(seen, definition.name(), definition.uuid()));
        return asFound.made().equals(spec.made());
    }

    private String make(
            DomainDefinition definition,
            ContainerSpec spec,
            String image,
            boolean kept,
            List<ContainerSpec.Mount> more) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(Labels.UUID_KEY, definition.uuid().toString());
        labels.put(Labels.HOME, home);
        labels.put(Labels.MADE, digest(spec.made()));
        labels.put(Labels.LIMITS, limits(spec));
        // A committed image hands on what was said before: all of it is said again.
        labels.put(Labels.IMAGE, spec.image());
        labels.put(Labels.TRANSIENT, kept ? "no" : "yes");
        try {
            var id = engine.containers().create(spec.name(), image, command -> {
                ContainerMaking.create(command, spec, labels);
                if (!image.equals(spec.image())) {
                    Inheritance.settle(
                            command,
                            spec,
                            engine.images().inspect(image).getConfig(),
                            engine.images().find(spec.image()).map(InspectImageResponse::getConfig));
                }
                var mounts = new ArrayList<>(command.getHostConfig().getMounts());
                more.forEach(mount -> mounts.add(ContainerMaking.mount(mount)));
                command.getHostConfig().withMounts(mounts);
            });
            spec.networks().stream()
                    .skip(1)
                    .forEach(one -> engine.networks().connect(one.network(), id, one.ipv4(), one.ipv6()));
            return id;
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND
                    && engine.images().find(image).isEmpty()) {
                throw Refusal.of(
                        ErrorCode.OPERATION_FAILED,
                        "domain '" + definition.name() + "' needs the image '" + image
                                + "', which the engine does not have: pull it (docker pull " + image
                                + ") or load it into a storage pool of type docker",
                        e);
            }
            if (e.kind() == EngineException.Kind.CONFLICT) {
                throw Refusal.of(
                        ErrorCode.OPERATION_FAILED,
                        "domain '" + definition.name()
                                + "': the engine has another container of this name; rename one of them",
                        e);
            }
            throw e;
        }
    }

    /**
     * Makes a container that holds what another domain's does, unless there is one already; what runs stands still for it.
     * Where the other has no container, or the definition names another image, it is left to the first start to make one.
     *
     * @return whether it was made
     */
    boolean copy(UUID original, DomainDefinition definition, ContainerSpec spec, boolean kept) {
        if (find(definition.uuid()).isPresent()) {
            return false;
        }
        var there = find(original).filter(seen -> image(seen).equals(spec.image()));
        if (there.isEmpty()) {
            LOG.log(
                    Level.DEBUG,
                    "domain {0} begins with its image: domain {1} has no container of it",
                    spec.name(),
                    original);
            return false;
        }
        boolean runs = Boolean.TRUE.equals(there.get().getState().getRunning());
        var image = commit(there.get(), definition.uuid(), runs);
        try {
            make(definition, spec, image, kept, List.of());
            return true;
        } catch (EngineException | PosadaException e) {
            removeImage(image);
            throw e;
        }
    }

    /** The image that a container's domain names, whatever it was made from. */
    private static String image(InspectContainerResponse seen) {
        return labels(seen)
                .getOrDefault(
                        Labels.IMAGE,
                        Optional.ofNullable(seen.getConfig().getImage()).orElse(""));
    }

    /** Another container that goes on where one was, unless the definition names another image now. */
    private String remake(DomainDefinition definition, ContainerSpec spec, InspectContainerResponse old, boolean kept) {
        boolean sameImage = image(old).equals(spec.image());
        return replace(
                definition,
                spec,
                old,
                sameImage ? commit(old, definition.uuid(), false) : spec.image(),
                kept,
                sameImage);
    }

    /** A container in the place of another; that is as it was when this throws. */
    private String replace(
            DomainDefinition definition,
            ContainerSpec spec,
            InspectContainerResponse old,
            String image,
            boolean kept,
            boolean volumesStay) {
        engine.containers().rename(old.getId(), spec.name() + OLD);
        try {
            var made = make(definition, spec, image, kept, volumesStay ? unnamedVolumes(old, spec) : List.of());
            engine.containers().remove(old.getId(), false, !volumesStay);
            return made;
        } catch (EngineException | PosadaException e) {
            engine.containers().rename(old.getId(), name(old));
            throw e;
        }
    }

    /** What a container wrote, as an image of a domain; that of the time before goes when nothing needs it any more. */
    private String commit(InspectContainerResponse container, UUID domain, boolean still) {
        var tag = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        var image = LAYERS + domain + ":" + tag;
        engine.containers()
                .commit(
                        container.getId(),
                        LAYERS + domain,
                        tag,
                        command -> command.withPause(still).withLabels(Labels.ofImage(image)));
        return image;
    }

    /** Volumes the image asks for are without a name, and go over to the new container by the one the engine gave. */
    private static List<ContainerSpec.Mount> unnamedVolumes(InspectContainerResponse old, ContainerSpec spec) {
        var taken = spec.mounts().stream().map(ContainerSpec.Mount::target).toList();
        return Optional.ofNullable(old.getMounts()).orElse(List.of()).stream()
                .filter(mount -> mount.getName() != null
                        && mount.getDestination() != null
                        && !taken.contains(mount.getDestination().getPath()))
                .<ContainerSpec.Mount>map(mount -> new ContainerSpec.Volume(
                        mount.getName(), mount.getDestination().getPath(), false))
                .toList();
    }

    /** The name, without tags, of the images that a domain's snapshots are. */
    static String snapshots(UUID domain) {
        return LAYERS + "snapshot-" + domain;
    }

    /**
     * Commits what a domain's container holds now.
     *
     * @param still whether its program stands still meanwhile
     * @return whether there is a container
     */
    boolean snapshot(UUID domain, String repository, String tag, boolean still) {
        var container = find(domain);
        container.ifPresent(seen -> engine.containers()
                .commit(
                        seen.getId(),
                        repository,
                        tag,
                        command -> command.withPause(still).withLabels(Labels.ofImage(repository + ":" + tag))));
        return container.isPresent();
    }

    /** Makes a domain's container anew from an image of it; the one there is goes when that is done. */
    void restore(DomainDefinition definition, ContainerSpec spec, String image) {
        var old = find(definition.uuid());
        if (old.isEmpty()) {
            make(definition, spec, image, true, List.of());
        } else {
            replace(definition, spec, old.get(), image, true, true);
        }
    }

    /** Lets go of an image; one that a container was made from goes with that. */
    void forget(UUID domain, String image) {
        try {
            engine.images().remove(image, false);
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.CONFLICT) {
                engine.images().tag(image, LAYERS + domain, image.substring(image.lastIndexOf(':') + 1));
                engine.images().remove(image, true);
            } else if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Removes everything of a domain but its snapshots; what is gone already is no matter. */
    void remove(UUID domain) {
        removeContainers(domain);
        for (var image : engine.images().all()) {
            for (var name : Optional.ofNullable(image.getRepoTags()).orElse(new String[0])) {
                if (name.startsWith(LAYERS + domain + ":")) {
                    removeImage(name);
                }
            }
        }
    }

    /** Removes the containers of a domain. */
    void removeContainers(UUID domain) {
        var ids = Stream.concat(
                        all(domain).stream().map(Container::getId),
                        find(domain).stream().map(InspectContainerResponse::getId))
                .distinct()
                .toList();
        ids.forEach(this::remove);
    }

    /** Removes a container; one that is gone already is no matter. */
    void remove(String container) {
        try {
            engine.containers().remove(container, true, true);
        } catch (EngineException e) {
            boolean going = e.kind() == EngineException.Kind.NOT_FOUND || e.kind() == EngineException.Kind.CONFLICT;
            if (!going) {
                throw e;
            }
        }
    }

    private void removeImage(String name) {
        try {
            engine.images().remove(name, false);
        } catch (EngineException e) {
            LOG.log(Level.DEBUG, "image {0} stays: {1}", name, e.getMessage());
        }
    }

    /** The labels of a container. */
    static Map<String, String> labels(InspectContainerResponse seen) {
        return Optional.ofNullable(seen.getConfig().getLabels()).orElse(Map.of());
    }

    /** Whether this is what a container is called that another one takes the place of. */
    static boolean isPutAside(String name) {
        return name.endsWith(OLD);
    }

    /** The name of a container. */
    static String name(InspectContainerResponse seen) {
        return Optional.ofNullable(seen.getName()).orElse("").replaceFirst("^/", "");
    }

    /** As people write ids. */
    static String shortId(String container) {
        return container.substring(0, Math.min(container.length(), 12));
    }

    static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
