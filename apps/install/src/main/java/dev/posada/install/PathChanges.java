package dev.posada.install;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes to a document by path ({@code --xml}, {@code xpath.set=}): for all that no option has. */
final class PathChanges {
    private final List<Action> actions = new ArrayList<>();

    /** One change: a path to delete, to create or to set. */
    static final class Action {
        private final Map<String, String> words = new HashMap<>();

        /**
         * Adds what a word says.
         *
         * @param name {@code delete}, {@code create}, {@code set} or {@code value}
         */
        void put(String name, String value) {
            words.put(name, value);
        }

        private String word(String name) {
            return words.getOrDefault(name, "");
        }

        private void apply(Node element, Node document) {
            if (!word("delete").isEmpty()) {
                at(word("delete"), element, document, Node::remove);
            } else if (!word("create").isEmpty()) {
                at(word("create"), element, document, (node, path) -> node.make(path.steps()));
            } else if (!word("value").isEmpty() || !word("set").isEmpty()) {
                set(element, document);
            }
        }

        private void check() {
            boolean sets = word("delete").isEmpty()
                    && word("create").isEmpty()
                    && word("value").isEmpty();
            if (sets && !word("set").isEmpty() && word("set").indexOf('=') < 0) {
                throw new InstallException(word("set") + ": Setting xpath must be in the form of XPATH=VALUE");
            }
        }

        private void set(Node element, Node document) {
            check();
            var path = word("set");
            var value = word("value");
            if (value.isEmpty()) {
                int equal = path.lastIndexOf('=');
                value = path.substring(equal + 1);
                path = path.substring(0, equal);
            }
            var text = value;
            at(path, element, document, (node, parsed) -> {
                if (text.isEmpty()) {
                    node.unset(parsed);
                } else {
                    node.set(parsed, text);
                }
            });
        }

        private static void at(
                String path, Node element, Node document, java.util.function.BiConsumer<Node, NodePath> change) {
            var parsed = NodePath.parse(path);
            if (path.startsWith("/") && !parsed.steps().isEmpty()) {
                var below = parsed.steps().subList(1, parsed.steps().size());
                change.accept(document, new NodePath(below, parsed.attribute()));
            } else {
                change.accept(path.startsWith(".") ? element : document, parsed);
            }
        }
    }

    /** The n-th change, from 0. */
    Action action(int number) {
        while (actions.size() <= number) {
            actions.add(new Action());
        }
        return actions.get(number);
    }

    /** Another change. */
    Action add() {
        return action(actions.size());
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    /** Refuses changes that say nothing, before anything is changed. */
    void check() {
        actions.forEach(Action::check);
    }

    void apply(Node element, Node document) {
        actions.forEach(action -> action.apply(element, document));
    }
}
