package io.bessemer.host.libvirt;

import io.bessemer.host.foreign.Library;
import io.bessemer.host.libvirt.Connection.Family;
import io.bessemer.host.protocol.HostOrders.Network;
import io.bessemer.host.protocol.HostOrders.StoragePool;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Networks and storage pools as libvirt shall offer them. Their UUID is a hash of what they are: one with another UUID under the same
/// name is an older or a foreign definition, and is replaced.
public final class Layout {
    private static final long FLAGS = 0;

    private final Connection connection;

    public Layout(Connection connection) {
        this.connection = connection;
    }

    public void ensure(Network network) throws LibvirtException {
        ensure(Family.NETWORK, network.name(), "virNetworkDefineXML", network.nic() == null ? natXml(network) : bridgeXml(network));
    }

    public void ensure(StoragePool pool) throws LibvirtException {
        ensure(Family.STORAGE_POOL, pool.name(), "virStoragePoolDefineXML", poolXml(pool));
    }

    public boolean networkActive(String name) throws LibvirtException {
        return active(Family.NETWORK, name);
    }

    public boolean storagePoolActive(String name) throws LibvirtException {
        return active(Family.STORAGE_POOL, name);
    }

    private boolean active(Family family, String name) throws LibvirtException {
        return connection.with(family, name, object -> Library.number(family.function("IsActive"), object) == 1).orElse(false);
    }

    private void ensure(Family family, String name, String define, String body) throws LibvirtException {
        UUID wanted = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8));
        UUID found = connection.id(family, name).orElse(null);
        if (found != null && !found.equals(wanted)) {
            connection.with(family, name, object -> {
                if (Library.number(family.function("IsActive"), object) == 1) {
                    Connection.check("stopping " + name, Library.number(family.function("Destroy"), object));
                }
                return true;
            });
            // a transient one is gone by now
            connection.with(family, name, object -> Library.number(family.function("Undefine"), object));
            found = null;
        }
        if (found == null) {
            connection.fromXml(family, define, body.formatted(wanted), FLAGS);
        }
        connection.with(family, name, object -> {
            Connection.check("marking %s for start".formatted(name), Library.number(family.function("SetAutostart"), object, 1));
            if (Library.number(family.function("IsActive"), object) != 1) {
                Connection.check("starting " + name, Library.number(family.function("Create"), object, FLAGS));
            }
            return true;
        });
    }

    private static String natXml(Network network) {
        var subnet = Subnet.parse(network.cidr());
        return """
                <network><name>%s</name><uuid>%%s</uuid><forward mode='nat'/><bridge name='%s' stp='on' delay='0'/>
                <ip address='%s' prefix='%d'><dhcp><range start='%s' end='%s'/></dhcp></ip></network>
                """.formatted(network.name(), network.bridge(), subnet.address(1), subnet.prefix(), subnet.address(2), subnet.last());
    }

    private static String bridgeXml(Network network) {
        return "<network><name>%s</name><uuid>%%s</uuid><forward mode='bridge'/><bridge name='%s'/></network>".formatted(network.name(), network.bridge());
    }

    private static String poolXml(StoragePool pool) {
        return "<pool type='dir'><name>%s</name><uuid>%%s</uuid><target><path>%s</path></target></pool>".formatted(pool.name(), pool.path());
    }
}
