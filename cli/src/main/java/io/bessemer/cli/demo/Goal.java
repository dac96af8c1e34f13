package io.bessemer.cli.demo;

import io.bessemer.cli.demo.MachineRun.Stage;
import java.util.List;

/// What a machine of a demo shall become.
public sealed interface Goal {
    /// Those that it passes, in order.
    List<Stage> stages();

    /// For people, once it is reached.
    String reached();

    /// Its BMC answers, and its power is watched.
    record Watched() implements Goal {
        @Override
        public List<Stage> stages() {
            return List.of(Stage.VERIFY);
        }

        @Override
        public String reached() {
            return "verified, its power is watched";
        }
    }

    /// @param image for `instance_info.image_source`
    record Host(String image) implements Goal {
        @Override
        public List<Stage> stages() {
            return List.of(Stage.VERIFY, Stage.INSPECT, Stage.CLEAN, Stage.DEPLOY, Stage.START);
        }

        @Override
        public String reached() {
            return "up, booted from its own disk";
        }
    }

    /// An enabled hypervisor of whichever pool takes machines of its rack.
    ///
    /// @param rack for `extra.rack`
    record Member(String rack) implements Goal {
        @Override
        public List<Stage> stages() {
            return List.of(Stage.VERIFY, Stage.INSPECT, Stage.CLEAN, Stage.DEPLOY, Stage.BOOTSTRAP, Stage.CHECKS);
        }

        @Override
        public String reached() {
            return "enabled, takes guests";
        }
    }
}
