package io.bessemer.ipmi;

import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.EventLog;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.SetSelTime;
import io.bessemer.ipmi.protocol.Bridge;
import io.bessemer.ipmi.protocol.CipherSuite;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A BMC's own affairs by IPMI.
final class IpmiBmc implements BmcInterface {
    private final Bmcs bmcs;
    private final SensorInventories inventories;

    IpmiBmc(Bmcs bmcs, SensorInventories inventories) {
        this.bmcs = bmcs;
        this.inventories = inventories;
    }

    @Override
    public EventLog events(DriverNode node, int most) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        return IpmiEvents.read(bmc, inventories.of(bmc.bmc().address()), most);
    }

    @Override
    public void clearEvents(DriverNode node) throws DriverException {
        IpmiEvents.clear(bmcs.of(node));
    }

    @Override
    public void setClock(DriverNode node, Instant now) throws DriverException {
        bmcs.of(node).run(new SetSelTime(now.getEpochSecond()));
    }

    @Override
    public List<Fru> fru(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        return IpmiFru.read(bmc, inventories.of(bmc.bmc().address()));
    }

    @Override
    public Map<String, Object> description(DriverNode node) throws DriverException {
        return IpmiDescription.of(bmcs.of(node));
    }

    @Override
    public void reset(DriverNode node, boolean warm) throws DriverException {
        IpmiVendor.reset(bmcs.of(node), warm);
    }

    @Override
    public String passwordKey() {
        return IpmiDriverInfo.PASSWORD;
    }

    @Override
    public void checkPassword(DriverNode node, String password) throws DriverException {
        if (IpmiDriverInfo.of(node).access().suites().contains(CipherSuite.SUITE_0)) {
            throw new DriverException(Kind.CONFIGURATION,
                    "driver_info/ipmi_cipher_suite is '0', by which a BMC takes any password: whether it took the new one cannot be told. Set it to 17 or 3, or remove it.");
        }
        if (!bmcs.of(node).info().bridge().equals(Bridge.NONE)) {
            throw new DriverException(Kind.CONFIGURATION, "driver_info/ipmi_bridging is set: the password is that of the BMC before this machine's, which others share. Change it there.");
        }
        if (!IpmiUsers.isPassword(password)) {
            throw new DriverException(Kind.CONFIGURATION, "the password " + IpmiUsers.passwordRule(password));
        }
    }

    @Override
    public void setPassword(DriverNode node, String password) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        new IpmiAccounts(bmc, GetUserAccess.THIS_CHANNEL).setPassword(bmc.info().access().username(), password);
    }

    @Override
    public boolean admits(DriverNode node, String password) throws DriverException {
        return bmcs.of(node).admits(password);
    }
}
