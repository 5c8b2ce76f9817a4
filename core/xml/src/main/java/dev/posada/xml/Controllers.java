package dev.posada.xml;

import dev.posada.model.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Numbers and orders the controllers of a domain, and adds those its devices cannot be without. */
final class Controllers {
    /** The largest number of a controller that devices may ask for; more are a slip of the pen. */
    private static final int MAX_INDEX = 255;

    private final List<Element> controllers = new ArrayList<>();

    /** Takes controllers as a user wrote them. */
    Controllers(List<Element> given) {
        for (var controller : given) {
            controllers.add(controller.attributes().containsKey("type") ? controller : controller.with("type", "ide"));
        }
        number();
        var numbered = List.copyOf(controllers);
        controllers.clear();
        numbered.forEach(this::insert);
        check();
    }

    /** All controllers in order. */
    List<Element> all() {
        return List.copyOf(controllers);
    }

    /** Adds the controllers of a type from 0 to the largest number that addresses name. */
    void requireUpTo(String type, List<Element> addresses) {
        int most = -1;
        for (var address : addresses) {
            most = Math.max(most, index(address, "controller"));
        }
        if (most > MAX_INDEX) {
            throw Invalid.xml(
                    addresses.getFirst(),
                    "no domain can have " + most + " " + type + " controllers: " + MAX_INDEX + " is the most");
        }
        for (int index = 0; index <= most; index++) {
            require(type, index);
        }
    }

    /** Adds a controller when there is none with this type and number. */
    void require(String type, int index) {
        for (var controller : controllers) {
            if (controller.has("type", type) && index(controller, "index") == index) {
                return;
            }
        }
        insert(Element.of("controller", "type", type, "index", Integer.toString(index)));
    }

    /** Whether a domain has a controller of a type at all. */
    boolean has(String type) {
        return controllers.stream().anyMatch(controller -> controller.has("type", type));
    }

    /**
     * Puts a controller with those of its type, in the order of their numbers, a companion behind its master; the first
     * of its type goes to the end.
     */
    private void insert(Element controller) {
        int index = index(controller, "index");
        int at = -1;
        for (int i = controllers.size() - 1; i >= 0; i--) {
            var other = controllers.get(i);
            if (!other.has("type", controller.attribute("type", ""))) {
                continue;
            }
            boolean master = controller.child("master").isEmpty()
                    && other.child("master").isPresent()
                    && index(other, "index") == index;
            if (index(other, "index") > index || master) {
                at = i;
            } else if (at < 0) {
                at = i + 1;
            }
        }
        controllers.add(at < 0 ? controllers.size() : at, controller);
    }

    private void number() {
        for (int i = 0; i < controllers.size(); i++) {
            var controller = controllers.get(i);
            if (index(controller, "index") >= 0) {
                continue;
            }
            int index = companionIndex(controller);
            if (index < 0) {
                index = free(controller.attribute("type", ""));
            }
            controllers.set(i, controller.with("index", Integer.toString(index)));
        }
    }

    /** The number of the USB controller of the same family that this one belongs to, or -1. */
    private int companionIndex(Element controller) {
        if (!controller.attribute("model", "").startsWith("ich9-")) {
            return -1;
        }
        for (var other : controllers) {
            boolean family =
                    other.has("type", "usb") && other.attribute("model", "").startsWith("ich9-");
            boolean sameModel = other.attribute("model", "").equals(controller.attribute("model", ""));
            if (family && !sameModel && index(other, "index") >= 0 && !hasModel(other, controller)) {
                return index(other, "index");
            }
        }
        return -1;
    }

    private boolean hasModel(Element numbered, Element controller) {
        return controllers.stream()
                .anyMatch(other -> other.has("type", "usb")
                        && other.has("index", numbered.attribute("index", ""))
                        && other.has("model", controller.attribute("model", "")));
    }

    private int free(String type) {
        Set<Integer> taken = new HashSet<>();
        for (var controller : controllers) {
            if (controller.has("type", type)) {
                taken.add(index(controller, "index"));
            }
        }
        int index = 0;
        while (taken.contains(index)) {
            index++;
        }
        return index;
    }

    private void check() {
        Set<String> known = new HashSet<>();
        for (var controller : controllers) {
            var type = controller.attribute("type", "");
            var index = controller.attribute("index", "");
            boolean companion =
                    type.equals("usb") && controller.attribute("model", "").startsWith("ich9-");
            if (!companion && !known.add(type + " " + index)) {
                throw Invalid.xml(controller, "Multiple '" + type + "' controllers with index '" + index + "'");
            }
            if (type.equals("pci")
                    && controller.attribute("model", "").endsWith("-root")
                    && controller.child("address").isPresent()) {
                throw Invalid.unsupported(controller, "pci-root and pcie-root controllers should not have an address");
            }
        }
    }

    private static int index(Element element, String attribute) {
        return DeviceAddress.number(element, attribute, -1);
    }
}
