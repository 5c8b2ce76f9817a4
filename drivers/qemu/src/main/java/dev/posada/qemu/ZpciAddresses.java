package dev.posada.qemu;

import dev.posada.model.Element;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Gives PCI devices of IBM Z the two numbers they are known by there: a guest sees a user's number and a function's, not
 * a slot. Used by one thread.
 */
final class ZpciAddresses {
    private static final long UID_MAX = 0xffff;
    private static final long FID_MAX = 0xffff_ffffL;
    private static final String CHILD = "zpci";

    private final Draft draft;
    private final Set<Long> uids = new HashSet<>();
    private final Set<Long> fids = new HashSet<>();

    private ZpciAddresses(Draft draft) {
        this.draft = draft;
    }

    /** Completes the numbers of all devices that have a PCI address; those that name one are served first. */
    static void assign(Draft draft, Board board) {
        var numbers = new ZpciAddresses(draft);
        var devices = new PciDevices(board).of(draft);
        devices.forEach(device -> numbers.keepGiven(device.element()));
        devices.stream().filter(device -> given(device.element()).isPresent()).forEach(numbers::complete);
        devices.stream().filter(device -> given(device.element()).isEmpty()).forEach(numbers::complete);
    }

    private static Optional<Element> given(Element device) {
        return device.child("address").flatMap(address -> address.child(CHILD));
    }

    private void keepGiven(Element device) {
        given(device).ifPresent(zpci -> {
            if (zpci.attribute("uid").isPresent()) {
                long uid = number(zpci, "uid");
                if (uid <= 0 || uid > UID_MAX) {
                    throw Refusal.xml(
                            zpci,
                            String.format(
                                    "Invalid PCI address uid='0x%04x', must be > 0x0000 and <= 0x%x", uid, UID_MAX));
                }
                keep(uids, uid, "uid", zpci);
            }
            if (zpci.attribute("fid").isPresent()) {
                long fid = number(zpci, "fid");
                if (fid < 0 || fid > FID_MAX) {
                    throw Refusal.xml(
                            zpci, String.format("Invalid PCI address fid='0x%x', must be <= 0x%x", fid, FID_MAX));
                }
                keep(fids, fid, "fid", zpci);
            }
        });
    }

    private static void keep(Set<Long> taken, long number, String name, Element zpci) {
        if (!taken.add(number)) {
            throw Refusal.xml(zpci, "zPCI " + name + " " + number + " is already reserved");
        }
    }

    private void complete(PciDevices.PciDevice device) {
        // A serial port on PCI has none of them under libvirt.
        if (device.kind().equals("serial")) {
            return;
        }
        var list = draft.devices(device.kind());
        var whole = list.get(device.index());
        var address = whole.child("address").orElseThrow();
        var zpci = address.child(CHILD).orElseGet(() -> Element.of(CHILD));
        long uid = zpci.attribute("uid").isPresent() ? number(zpci, "uid") : free(uids, 1);
        long fid = zpci.attribute("fid").isPresent() ? number(zpci, "fid") : free(fids, 0);
        list.set(
                device.index(),
                Draft.with(
                        whole,
                        address.withChild(Element.of(
                                CHILD, "uid", String.format("0x%04x", uid), "fid", String.format("0x%08x", fid)))));
    }

    private static long free(Set<Long> taken, long first) {
        long number = first;
        while (!taken.add(number)) {
            number++;
        }
        return number;
    }

    private static long number(Element zpci, String attribute) {
        try {
            return Long.decode(zpci.attribute(attribute, "0"));
        } catch (NumberFormatException e) {
            throw Refusal.xml(
                    zpci,
                    "Cannot parse <address> '" + attribute + "' attribute: '"
                            + Refusal.shown(zpci.attribute(attribute, "")) + "' is no number");
        }
    }
}
