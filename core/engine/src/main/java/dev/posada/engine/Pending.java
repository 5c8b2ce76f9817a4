package dev.posada.engine;

/** Stands where a body follows in the next commit. */
final class Pending {
    private Pending() {}

    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"}) // gone with the next commit
    static <T> T body() {
        throw new UnsupportedOperationException();
    }
}
