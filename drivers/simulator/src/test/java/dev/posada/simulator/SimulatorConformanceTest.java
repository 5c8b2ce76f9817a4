package dev.posada.simulator;

import dev.posada.conformance.DriverSuite;
import dev.posada.conformance.DriverUnderTest;

class SimulatorConformanceTest implements DriverSuite {
    @Override
    public DriverUnderTest driver() {
        return new SimulatorUnderTest();
    }
}
