package io.bessemer.lab.simulated;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What is wrong with a machine, in an operator's words.
public enum Trouble {
    LOSSY_BMC("its BMC loses one of ten packets", true, faults -> faults.bmcLosesOneOf = 10),
    SLOW_BMC("its BMC takes 0.4 s for each packet", true, faults -> faults.bmcDelay = Duration.ofMillis(400)),
    WRONG_PASSWORD("somebody changed the BMC's password", false, faults -> faults.wrongPassword = true),
    DEAD_BMC("its BMC answers nothing", false, faults -> faults.deadBmc = true),
    REBOOTS("starts anew while its image is written", true, faults -> faults.rebootsWhileWriting.set(1)),
    NO_NETWORK("its network cable is out", false, faults -> faults.silentOnNetwork = true),
    NO_AGENT("its kernel dies before the agent speaks", false, faults -> faults.agentNeverStarts = true),
    DISK_ERROR("its disk cannot be written", false, faults -> faults.writeError = "/dev/vda: Input/output error at 1048576");

    private final String text;
    private final boolean survives;
    private final Consumer<Faults> change;

    Trouble(String text, boolean survives, Consumer<Faults> change) {
        this.text = text;
        this.survives = survives;
        this.change = change;
    }

    public String text() {
        return text;
    }

    /// Whether a machine with it shall become a host all the same.
    public boolean survives() {
        return survives;
    }

    public void befall(SimulatedMachine machine) {
        change.accept(machine.faults());
    }

    /// To each of the first `count` machines one, in turn.
    public static void befall(List<SimulatedMachine> machines, int count) {
        for (int i = 0; i < Math.min(count, machines.size()); i++) {
            ofTurn(i).befall(machines.get(i));
        }
    }

    public static Trouble ofTurn(int index) {
        return values()[index % values().length];
    }
}
