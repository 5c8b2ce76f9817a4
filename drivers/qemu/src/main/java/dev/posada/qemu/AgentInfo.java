package dev.posada.qemu;

import dev.posada.driver.GuestAgent.Address;
import dev.posada.driver.GuestAgent.Subject;
import dev.posada.model.DomainDefinition;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a guest tells of itself through its agent, under the names libvirt has for it. */
final class AgentInfo {
    private static final double MILLIS_PER_SECOND = 1000;

    private static final List<String> OS_MEMBERS = List.of(
            "id",
            "name",
            "pretty-name",
            "version",
            "version-id",
            "machine",
            "variant",
            "variant-id",
            "kernel-release",
            "kernel-version");

    private final Agent agent;
    private final DomainDefinition definition;
    private final List<TypedParameter> told = new ArrayList<>();

    AgentInfo(Agent agent, DomainDefinition definition) {
        this.agent = agent;
        this.definition = definition;
    }

    /** Of these subjects; of all, as far as the agent knows them, when there are none. */
    List<TypedParameter> of(Set<Subject> subjects) {
        boolean must = !subjects.isEmpty();
        for (var subject : must ? subjects : EnumSet.allOf(Subject.class)) {
            var command = command(subject);
            var answer = must
                    ? Optional.of(agent.execute(command, Json.object()))
                    : agent.executeIfKnown(command, Json.object());
            answer.ifPresent(it -> AgentCalls.read(command, it, known -> {
                tell(subject, known);
                return true;
            }));
        }
        return List.copyOf(told);
    }

    private static String command(Subject subject) {
        return switch (subject) {
            case USERS -> "guest-get-users";
            case OS -> "guest-get-osinfo";
            case TIMEZONE -> "guest-get-timezone";
            case HOSTNAME -> "guest-get-host-name";
            case FILESYSTEMS -> "guest-get-fsinfo";
            case DISKS -> "guest-get-disks";
            case INTERFACES -> "guest-network-get-interfaces";
        };
    }

    private void tell(Subject subject, Json answer) {
        switch (subject) {
            case USERS -> users(answer.elements());
            case OS -> OS_MEMBERS.forEach(name -> text("os." + name, answer.member(name)));
            case TIMEZONE -> {
                text("timezone.name", answer.member("zone"));
                told.add(TypedParameter.ofInt(
                        "timezone.offset", (int) answer.required("offset").integer()));
            }
            case HOSTNAME -> text("hostname", answer.member("host-name"));
            case FILESYSTEMS -> fileSystems(answer.elements());
            case DISKS -> disks(answer.elements());
            case INTERFACES -> links(answer);
        }
    }

    private void text(String name, Optional<Json> value) {
        value.ifPresent(it -> told.add(TypedParameter.ofText(name, it.text())));
    }

    private void count(String name, int count) {
        told.add(TypedParameter.ofUnsigned(name, count));
    }

    private void users(List<Json> users) {
        count("user.count", users.size());
        for (int i = 0; i < users.size(); i++) {
            var user = users.get(i);
            var prefix = "user." + i + ".";
            text(prefix + "name", Optional.of(user.required("user")));
            text(prefix + "domain", user.member("domain"));
            told.add(TypedParameter.ofUnsigned(
                    prefix + "login-time",
                    Math.round(user.required("login-time").real() * MILLIS_PER_SECOND)));
        }
    }

    private void fileSystems(List<Json> fileSystems) {
        count("fs.count", fileSystems.size());
        for (int i = 0; i < fileSystems.size(); i++) {
            var one = fileSystems.get(i);
            var prefix = "fs." + i + ".";
            text(prefix + "name", Optional.of(one.required("name")));
            text(prefix + "mountpoint", Optional.of(one.required("mountpoint")));
            text(prefix + "fstype", Optional.of(one.required("type")));
            one.member("total-bytes")
                    .ifPresent(it -> told.add(TypedParameter.ofUnsigned(prefix + "total-bytes", it.unsigned())));
            one.member("used-bytes")
                    .ifPresent(it -> told.add(TypedParameter.ofUnsigned(prefix + "used-bytes", it.unsigned())));
            var disks = one.member("disk").map(Json::elements).orElse(List.of());
            count(prefix + "disk.count", disks.size());
            for (int k = 0; k < disks.size(); k++) {
                var disk = disks.get(k);
                var start = prefix + "disk." + k + ".";
                GuestDisks.target(definition, disk)
                        .ifPresent(target -> told.add(TypedParameter.ofText(start + "alias", target)));
                text(start + "serial", disk.member("serial"));
                text(start + "device", disk.member("dev"));
            }
        }
    }

    private void disks(List<Json> disks) {
        count("disk.count", disks.size());
        for (int i = 0; i < disks.size(); i++) {
            var disk = disks.get(i);
            var prefix = "disk." + i + ".";
            text(prefix + "name", Optional.of(disk.required("name")));
            told.add(TypedParameter.ofBoolean(
                    prefix + "partition", disk.required("partition").truth()));
            var dependencies = disk.member("dependencies").map(Json::elements).orElse(List.of());
            if (!dependencies.isEmpty()) {
                count(prefix + "dependency.count", dependencies.size());
                for (int k = 0; k < dependencies.size(); k++) {
                    text(prefix + "dependency." + k + ".name", Optional.of(dependencies.get(k)));
                }
            }
            disk.member("address").ifPresent(address -> {
                text(prefix + "serial", address.member("serial"));
                GuestDisks.target(definition, address)
                        .ifPresent(target -> told.add(TypedParameter.ofText(prefix + "alias", target)));
            });
            text(prefix + "guest_alias", disk.member("alias"));
        }
    }

    private void links(Json answer) {
        var links = AgentCalls.links(answer);
        count("if.count", links.size());
        for (int i = 0; i < links.size(); i++) {
            var link = links.get(i);
            var prefix = "if." + i + ".";
            told.add(TypedParameter.ofText(prefix + "name", link.name()));
            link.hardwareAddress().ifPresent(address -> told.add(TypedParameter.ofText(prefix + "hwaddr", address)));
            count(prefix + "addr.count", link.addresses().size());
            for (int k = 0; k < link.addresses().size(); k++) {
                address(prefix + "addr." + k + ".", link.addresses().get(k));
            }
        }
    }

    private void address(String prefix, Address address) {
        told.add(TypedParameter.ofText(prefix + "type", address.ipv6() ? "ipv6" : "ipv4"));
        told.add(TypedParameter.ofText(prefix + "addr", address.address()));
        count(prefix + "prefix", address.prefix());
    }
}
