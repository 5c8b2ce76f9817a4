/**
 * What every driver must do, as tests that each driver's module runs against itself.
 *
 * <p>A driver's test class implements {@link dev.posada.conformance.DriverSuite}, says how its domains are made, and
 * inherits one test per claim:
 *
 * {@snippet :
 * class SimulatorConformanceTest implements DriverSuite {
 *     public DriverUnderTest driver() {
 *         return new SimulatorUnderTest();
 *     }
 * }
 * }
 *
 * <p>Claims are keyed by the abilities a driver declares: one it has must work, and one it lacks must be refused in the
 * way libvirt's clients expect.
 */
@NullMarked
package dev.posada.conformance;

import org.jspecify.annotations.NullMarked;
