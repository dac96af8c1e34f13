package io.bessemer.redfish;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.IndicatorInterface;
import io.bessemer.redfish.client.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The identify lights of the system and of the chassis that it is in, named by the last part of their paths.
final class RedfishIndicators implements IndicatorInterface {
    private final Bmcs bmcs;

    RedfishIndicators(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public List<Indicator> indicators(DriverNode node) throws DriverException {
        return List.copyOf(lights(bmcs.of(node)).keySet());
    }

    @Override
    public State state(DriverNode node, Indicator indicator) throws DriverException {
        return find(bmcs.of(node), indicator).state();
    }

    @Override
    public void setState(DriverNode node, Indicator indicator, State state) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        find(bmc, indicator).set(bmc, state);
    }

    private static Map<Indicator, Light> lights(NodeBmc bmc) throws DriverException {
        Map<Indicator, Light> lights = new LinkedHashMap<>();
        Resource system = bmc.system();
        add(lights, Component.SYSTEM, system);
        for (Resource chassis : bmc.chassis(system)) {
            add(lights, Component.CHASSIS, chassis);
        }
        return lights;
    }

    private static void add(Map<Indicator, Light> lights, Component component, Resource resource) {
        String name = resource.path().replaceAll("/+$", "").replaceAll(".*/", "");
        Light.of(resource).ifPresent(light -> lights.put(new Indicator(component, name, false, light.states()), light));
    }

    private static Light find(NodeBmc bmc, Indicator indicator) throws DriverException {
        Light light = lights(bmc).get(indicator);
        if (light == null) {
            throw new DriverException(Kind.UNSUPPORTED, "%s has no light %s any more.".formatted(bmc.name(), indicator.uniqueName()));
        }
        return light;
    }
}
