package io.bessemer.db;

import io.bessemer.core.event.Events;
import io.bessemer.core.event.Events.Action;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.PortQuery;
import io.bessemer.core.node.PortStore;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Ports.
final class SqlPortStore implements PortStore {
    private final PortMapper ports;
    private final SqlEventStore events;
    private final JsonColumns json;
    private final Transactions transactions;

    SqlPortStore(Mappers mappers, SqlEventStore events, JsonColumns json, Transactions transactions) {
        this.ports = mappers.of(PortMapper.class);
        this.events = events;
        this.json = json;
        this.transactions = transactions;
    }

    @Override
    public Port create(Port port) {
        PortRow row = PortRow.of(port, json);
        try {
            transactions.run(() -> {
                ports.insert(row);
                events.add(Events.of(Action.CREATE, port));
            });
        } catch (RuntimeException e) {
            throw failure(e, port);
        }
        return row.toPort(json);
    }

    @Override
    public Optional<Port> find(PortId id) {
        return Optional.ofNullable(ports.find(id.toString())).map(row -> row.toPort(json));
    }

    @Override
    public Optional<Port> findByAddress(MacAddress address) {
        return Optional.ofNullable(ports.findByAddress(address.value())).map(row -> row.toPort(json));
    }

    @Override
    public Optional<Owner> ownerOf(MacAddress address) {
        return Optional.ofNullable(ports.ownerOf(address.value())).map(row -> new Owner(NodeId.of(row.nodeUuid()), row.pxeEnabled()));
    }

    @Override
    public Map<MacAddress, Owner> ownersOf(Collection<MacAddress> addresses) {
        return Blocks.filledUp(addresses.stream().map(MacAddress::value).toList(), ports::ownersOf).stream()
                .collect(Collectors.toMap(row -> new MacAddress(row.address()), row -> new Owner(NodeId.of(row.nodeUuid()), row.pxeEnabled())));
    }

    @Override
    public Optional<Port> findByName(String name) {
        return Optional.ofNullable(ports.findByName(name)).map(row -> row.toPort(json));
    }

    @Override
    public List<Port> ofNode(NodeId node) {
        return ports.ofNode(node.toString()).stream().map(row -> row.toPort(json)).toList();
    }

    @Override
    public List<Port> list(PortQuery query) {
        Long marker = query.marker() == null ? null : ports.idOf(query.marker().toString());
        if (query.marker() != null && marker == null) {
            throw new Failure.NotFound("Port", query.marker().toString());
        }
        return ports.list(PortListing.of(query, marker)).stream().map(row -> row.toPort(json)).toList();
    }

    @Override
    public Port update(Port port) {
        PortRow row = PortRow.of(port, json);
        int updated;
        try {
            updated = transactions.call(() -> {
                int changed = ports.update(row);
                if (changed == 1) {
                    events.add(Events.of(Action.UPDATE, port));
                }
                return changed;
            });
        } catch (RuntimeException e) {
            throw failure(e, port);
        }
        if (updated == 0) {
            throw new Failure.NotFound("Port", port.id().toString());
        }
        return row.toPort(json);
    }

    @Override
    public boolean delete(PortId id) {
        return transactions.call(() -> {
            Optional<Port> last = find(id);
            if (ports.delete(id.toString()) == 0) {
                return false;
            }
            last.ifPresent(port -> events.add(Events.of(Action.DELETE, port)));
            return true;
        });
    }

    private static RuntimeException failure(RuntimeException e, Port port) {
        if (SqlFailures.parentMissing(e)) {
            boolean group = SqlFailures.sql(e).map(sql -> sql.getMessage().toLowerCase(Locale.ROOT).contains("fk_ports_portgroup")).orElse(false);
            return group ? new Failure.NotFound("Portgroup", String.valueOf(port.portgroup())) : new Failure.NotFound("Node", port.node().toString());
        }
        return switch (SqlFailures.violatedKey(e).orElse("")) {
            case "uq_ports_uuid" -> new Failure.Conflict("A port with UUID %s already exists.".formatted(port.id()));
            case "uq_ports_address" -> new Failure.MacAlreadyExists(port.address().value());
            case "uq_ports_name" -> new Failure.NameAlreadyExists("port", port.name());
            default -> e;
        };
    }
}
