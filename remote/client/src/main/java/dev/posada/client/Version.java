package dev.posada.client;

/** A version as libvirt counts them, in one number of millions, thousands and units. */
public record Version(int major, int minor, int release) {

    private static final long MILLION = 1_000_000;
    private static final int THOUSAND = 1_000;

    static Version of(long number) {
        return new Version((int) (number / MILLION), (int) (number / THOUSAND % THOUSAND), (int) (number % THOUSAND));
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + release;
    }
}
