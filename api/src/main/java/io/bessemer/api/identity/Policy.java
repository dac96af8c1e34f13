package io.bessemer.api.identity;

import static io.bessemer.api.identity.Who.API_READER;
import static io.bessemer.api.identity.Who.PUBLIC;
import static io.bessemer.api.identity.Who.SYSTEM_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_ADMIN_OR_ANY_PROJECT_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_ADMIN_OR_OWNER_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_ADMIN_OR_PROJECT_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_ADMIN_OR_SERVICE;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER_OR_ANY_PROJECT_MANAGER;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER_OR_ANY_PROJECT_MEMBER;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER_OR_OWNER_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_MEMBER_OR_OWNER_MEMBER;
import static io.bessemer.api.identity.Who.SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN;
import static io.bessemer.api.identity.Who.SYSTEM_OR_OWNER_READER;
import static io.bessemer.api.identity.Who.SYSTEM_OR_PROJECT_MEMBER;
import static io.bessemer.api.identity.Who.SYSTEM_OR_PROJECT_READER;
import static io.bessemer.api.identity.Who.SYSTEM_READER;

import io.bessemer.api.wire.Caller;
import io.bessemer.core.fault.Failure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who may do what: each action with its circle of callers and the requests that it covers. Names and circles are those of Ironic's secure RBAC
/// (its `policy.py`) where Ironic has the action, `bessemer:` else. Rows without requests are asked about by resources: fields, and what
/// stands in a body.
///
/// A request that no row covers is for administrators of the system; a test fails for each such. Rows may cover requests that are not built yet.
public final class Policy {
    public static final String LIST_ALL_NODES = "baremetal:node:list_all";
    public static final String CREATE_NODE = "baremetal:node:create";
    public static final String CREATE_PORT = "baremetal:port:create";
    public static final String UPDATE_PORT = "baremetal:port:update";
    public static final String CREATE_PORTGROUP = "baremetal:portgroup:create";
    public static final String UPDATE_PORTGROUP = "baremetal:portgroup:update";
    public static final String CREATE_VOLUME = "baremetal:volume:create";
    public static final String UPDATE_VOLUME = "baremetal:volume:update";
    public static final String VIEW_TARGET_PROPERTIES = "baremetal:volume:view_target_properties";
    public static final String UPDATE_NODE = "baremetal:node:update";
    public static final String LIST_ALL_ALLOCATIONS = "baremetal:allocation:list_all";
    public static final String CREATE_ANY_ALLOCATION = "baremetal:allocation:create_restricted";
    public static final String DELETE_ALLOCATION = "baremetal:allocation:delete";
    public static final String CREATE_ANY_RUNBOOK = "bessemer:runbook:create_any";
    public static final String UPDATE_RUNBOOK = "baremetal:runbook:update";
    public static final String PUBLISH_RUNBOOK = "baremetal:runbook:update:public";
    public static final String UPDATE_RUNBOOK_OWNER = "baremetal:runbook:update:owner";
    public static final String USE_RUNBOOK = "baremetal:runbook:use";
    public static final String UPDATE_PROVISIONED_OWNER = "baremetal:node:update_owner_provisioned";

    /// @param endpoints `METHOD /path`, with the names of [Targets] as variables
    record Row(String action, Who who, List<String> endpoints) {}

    static final List<Row> ROWS = List.of(
            row("public", PUBLIC, "GET /", "GET /v1", "GET /v1/openapi.json", "GET /docs", "GET /docs/{file}", "* /error"),
            // machines come with tokens of their own, which the resources check
            row("baremetal:node:ipa_heartbeat", PUBLIC, "POST /v1/heartbeat/{agent}", "POST /v1/agent/{agent}/session", "GET /v1/agent/{agent}/commands/next",
                    "POST /v1/agent/{agent}/commands/{command}", "POST /v1/agent/{agent}/events", "POST /v1/agent/{agent}/goodbye", "GET /v1/agent/{agent}/configdrive"),
            row("baremetal:driver:ipa_lookup", PUBLIC, "GET /v1/lookup"),
            row("baremetal:driver:ipa_continue_inspection", PUBLIC, "POST /v1/continue_inspection"),
            row("bessemer:host:call", PUBLIC, "POST /v1/hosts/{agent}/up", "POST /v1/hosts/{agent}/failed", "POST /v1/hosts/{agent}/join",
                    "POST /v1/hosts/{agent}/certificate", "POST /v1/hosts/{agent}/report"),

            row("bessemer:metrics:get", SYSTEM_READER, "GET /metrics"),

            row("baremetal:node:list", API_READER, "GET /v1/nodes", "GET /v1/nodes/detail"),
            row(LIST_ALL_NODES, SYSTEM_READER),
            row(CREATE_NODE, SYSTEM_ADMIN),
            row("baremetal:node:create:self_owned_node", SYSTEM_ADMIN_OR_ANY_PROJECT_ADMIN, "POST /v1/nodes"),
            row("bessemer:node:import", SYSTEM_ADMIN, "POST /v1/imports/nodes"),
            row("baremetal:node:get", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}", "GET /v1/nodes/{node}/children"),
            row("baremetal:node:get:driver_info", SYSTEM_OR_OWNER_READER),
            row("baremetal:node:get:driver_internal_info", SYSTEM_OR_OWNER_READER),
            row("baremetal:node:get:last_error", SYSTEM_OR_OWNER_READER),
            row("baremetal:node:get:reservation", SYSTEM_OR_OWNER_READER),
            row(UPDATE_NODE, SYSTEM_OR_PROJECT_MEMBER, "PATCH /v1/nodes/{node}"),
            row("baremetal:node:update_extra", SYSTEM_OR_PROJECT_MEMBER),
            row("baremetal:node:update_instance_info", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN),
            row(UPDATE_PROVISIONED_OWNER, SYSTEM_ADMIN),
            row("baremetal:node:update:driver_info", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:properties", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:chassis_uuid", SYSTEM_ADMIN),
            row("baremetal:node:update:instance_uuid", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:lessee", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:owner", SYSTEM_MEMBER),
            row("baremetal:node:update:driver_interfaces", SYSTEM_MEMBER_OR_OWNER_ADMIN),
            row("baremetal:node:update:network_data", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:conductor_group", SYSTEM_MEMBER),
            row("baremetal:node:update:name", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:retired", SYSTEM_MEMBER_OR_OWNER_MEMBER),
            row("baremetal:node:update:shard", SYSTEM_ADMIN),
            row("baremetal:node:update:parent_node", SYSTEM_MEMBER),
            row("baremetal:node:update:disable_power_off", SYSTEM_ADMIN),
            row("baremetal:node:disable_cleaning", SYSTEM_ADMIN),
            row("baremetal:node:delete", SYSTEM_ADMIN_OR_PROJECT_ADMIN, "DELETE /v1/nodes/{node}"),
            row("baremetal:node:validate", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "GET /v1/nodes/{node}/validate"),
            row("baremetal:node:set_maintenance", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "PUT /v1/nodes/{node}/maintenance"),
            row("baremetal:node:clear_maintenance", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "DELETE /v1/nodes/{node}/maintenance"),
            row("baremetal:node:get_boot_device", SYSTEM_MEMBER_OR_OWNER_ADMIN, "GET /v1/nodes/{node}/management/boot_device",
                    "GET /v1/nodes/{node}/management/boot_device/supported"),
            row("baremetal:node:set_boot_device", SYSTEM_MEMBER_OR_OWNER_ADMIN, "PUT /v1/nodes/{node}/management/boot_device"),
            row("baremetal:node:get_indicator_state", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/management/indicators",
                    "GET /v1/nodes/{node}/management/indicators/{indicator}"),
            row("baremetal:node:set_indicator_state", SYSTEM_MEMBER_OR_OWNER_MEMBER, "PUT /v1/nodes/{node}/management/indicators/{indicator}"),
            row("baremetal:node:inject_nmi", SYSTEM_MEMBER_OR_OWNER_ADMIN, "PUT /v1/nodes/{node}/management/inject_nmi"),
            row("baremetal:node:get_states", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/states"),
            row("baremetal:node:set_power_state", SYSTEM_OR_PROJECT_MEMBER, "PUT /v1/nodes/{node}/states/power"),
            row("baremetal:node:set_boot_mode", SYSTEM_OR_PROJECT_MEMBER, "PUT /v1/nodes/{node}/states/boot_mode"),
            row("baremetal:node:set_secure_boot", SYSTEM_OR_PROJECT_MEMBER, "PUT /v1/nodes/{node}/states/secure_boot"),
            row("baremetal:node:set_provision_state", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "PUT /v1/nodes/{node}/states/provision"),
            row("baremetal:node:set_raid_state", SYSTEM_MEMBER_OR_OWNER_MEMBER, "PUT /v1/nodes/{node}/states/raid"),
            row("baremetal:node:get_console", SYSTEM_MEMBER_OR_OWNER_MEMBER, "GET /v1/nodes/{node}/states/console", "GET /v1/nodes/states/console/{node}"),
            row("baremetal:node:set_console_state", SYSTEM_MEMBER_OR_OWNER_MEMBER, "PUT /v1/nodes/{node}/states/console"),
            row("baremetal:node:vif:list", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/vifs"),
            row("baremetal:node:vif:attach", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "POST /v1/nodes/{node}/vifs"),
            row("baremetal:node:vif:detach", SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "DELETE /v1/nodes/{node}/vifs/{vif}"),
            row("baremetal:node:traits:list", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/traits"),
            row("baremetal:node:traits:set", SYSTEM_MEMBER_OR_OWNER_ADMIN, "PUT /v1/nodes/{node}/traits", "PUT /v1/nodes/{node}/traits/{trait}"),
            row("baremetal:node:traits:delete", SYSTEM_MEMBER_OR_OWNER_ADMIN, "DELETE /v1/nodes/{node}/traits", "DELETE /v1/nodes/{node}/traits/{trait}"),
            row("baremetal:node:bios:get", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/bios", "GET /v1/nodes/{node}/bios/{setting}"),
            row("baremetal:node:firmware:get", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/firmware"),
            row("baremetal:node:history:get", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/history", "GET /v1/nodes/{node}/history/detail",
                    "GET /v1/nodes/{node}/history/{event}"),
            row("baremetal:node:inventory:get", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/inventory"),
            row("baremetal:node:vmedia:attach", SYSTEM_OR_PROJECT_MEMBER, "POST /v1/nodes/{node}/vmedia"),
            row("baremetal:node:vmedia:detach", SYSTEM_OR_PROJECT_MEMBER, "DELETE /v1/nodes/{node}/vmedia"),
            row("baremetal:node:vmedia:get", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/vmedia"),
            row("baremetal:node:vendor_passthru", SYSTEM_ADMIN, "* /v1/nodes/{node}/vendor_passthru", "* /v1/nodes/{node}/vendor_passthru/methods",
                    "* /v1/nodes/{node}/vendor_passthru/{method}"),
            row("bessemer:node:timeline", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/timeline"),
            row("bessemer:node:explain", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/explain"),
            row("bessemer:node:console:attach", SYSTEM_MEMBER_OR_OWNER_MEMBER, "GET /v1/nodes/{node}/console", "POST /v1/nodes/{node}/console"),
            row("bessemer:node:console:attach_by_token", PUBLIC, "GET /v1/consoles/{token}"),
            row("bessemer:node:console:log", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/console/log"),
            row("bessemer:node:sensors", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/sensors"),
            row("bessemer:node:sel:get", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/sel"),
            row("bessemer:node:sel:change", SYSTEM_MEMBER_OR_OWNER_ADMIN, "DELETE /v1/nodes/{node}/sel", "PUT /v1/nodes/{node}/sel/time"),
            row("bessemer:node:fru", SYSTEM_OR_OWNER_READER, "GET /v1/nodes/{node}/fru"),
            row("bessemer:node:bmc:get", SYSTEM_MEMBER_OR_OWNER_ADMIN, "GET /v1/nodes/{node}/bmc"),
            row("bessemer:node:bmc:reset", SYSTEM_ADMIN, "PUT /v1/nodes/{node}/bmc/reset"),
            row("bessemer:node:bmc:set_password", SYSTEM_ADMIN, "PUT /v1/nodes/{node}/bmc/password"),
            row("bessemer:node:bmc:users:list", SYSTEM_MEMBER_OR_OWNER_ADMIN, "GET /v1/nodes/{node}/bmc/users"),
            row("bessemer:node:bmc:users:change", SYSTEM_ADMIN, "POST /v1/nodes/{node}/bmc/users", "PUT /v1/nodes/{node}/bmc/users/{user}", "DELETE /v1/nodes/{node}/bmc/users/{user}"),
            row("baremetal:shards:get", SYSTEM_READER, "GET /v1/shards"),

            row("baremetal:port:list", API_READER, "GET /v1/ports", "GET /v1/ports/detail"),
            row(CREATE_PORT, SYSTEM_ADMIN_OR_OWNER_ADMIN, "POST /v1/ports"),
            row("baremetal:port:get", SYSTEM_OR_PROJECT_READER, "GET /v1/ports/{port}", "GET /v1/nodes/{node}/ports", "GET /v1/nodes/{node}/ports/detail"),
            row(UPDATE_PORT, SYSTEM_MEMBER_OR_OWNER_ADMIN, "PATCH /v1/ports/{port}"),
            row("baremetal:port:delete", SYSTEM_ADMIN_OR_OWNER_ADMIN, "DELETE /v1/ports/{port}"),

            row("baremetal:portgroup:list", API_READER, "GET /v1/portgroups", "GET /v1/portgroups/detail"),
            row(CREATE_PORTGROUP, SYSTEM_ADMIN_OR_OWNER_ADMIN, "POST /v1/portgroups"),
            row("baremetal:portgroup:get", SYSTEM_OR_PROJECT_READER, "GET /v1/portgroups/{portgroup}", "GET /v1/portgroups/{portgroup}/ports",
                    "GET /v1/portgroups/{portgroup}/ports/detail", "GET /v1/nodes/{node}/portgroups", "GET /v1/nodes/{node}/portgroups/detail"),
            row(UPDATE_PORTGROUP, SYSTEM_MEMBER_OR_OWNER_ADMIN, "PATCH /v1/portgroups/{portgroup}"),
            row("baremetal:portgroup:delete", SYSTEM_ADMIN_OR_OWNER_ADMIN, "DELETE /v1/portgroups/{portgroup}"),
            row("baremetal:volume:list", API_READER, "GET /v1/volume", "GET /v1/volume/connectors", "GET /v1/volume/connectors/detail",
                    "GET /v1/volume/targets", "GET /v1/volume/targets/detail"),
            row(CREATE_VOLUME, SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN, "POST /v1/volume/connectors", "POST /v1/volume/targets"),
            row("baremetal:volume:get", SYSTEM_OR_PROJECT_READER, "GET /v1/volume/connectors/{connector}", "GET /v1/nodes/{node}/volume",
                    "GET /v1/nodes/{node}/volume/connectors", "GET /v1/nodes/{node}/volume/connectors/detail", "GET /v1/volume/targets/{volume}",
                    "GET /v1/nodes/{node}/volume/targets", "GET /v1/nodes/{node}/volume/targets/detail"),
            row(VIEW_TARGET_PROPERTIES, SYSTEM_READER),
            row(UPDATE_VOLUME, SYSTEM_OR_OWNER_MEMBER_AND_LESSEE_ADMIN, "PATCH /v1/volume/connectors/{connector}", "PATCH /v1/volume/targets/{volume}"),
            row("baremetal:volume:delete", SYSTEM_MEMBER_OR_OWNER_LESSEE_ADMIN, "DELETE /v1/volume/connectors/{connector}", "DELETE /v1/volume/targets/{volume}"),
            row("baremetal:allocation:list", API_READER, "GET /v1/allocations"),
            row(LIST_ALL_ALLOCATIONS, SYSTEM_READER),
            row(CREATE_ANY_ALLOCATION, SYSTEM_MEMBER),
            row("baremetal:allocation:create", SYSTEM_MEMBER_OR_ANY_PROJECT_MEMBER, "POST /v1/allocations"),
            row("baremetal:allocation:get", SYSTEM_OR_OWNER_READER, "GET /v1/allocations/{allocation}"),
            row("baremetal:allocation:update", SYSTEM_MEMBER_OR_OWNER_MEMBER, "PATCH /v1/allocations/{allocation}"),
            row(DELETE_ALLOCATION, SYSTEM_MEMBER_OR_OWNER_MEMBER, "DELETE /v1/allocations/{allocation}"),
            row("bessemer:node:allocation:get", SYSTEM_OR_PROJECT_READER, "GET /v1/nodes/{node}/allocation", "GET /nodes/{node}/allocation"),
            row("bessemer:node:allocation:delete", SYSTEM_OR_PROJECT_MEMBER, "DELETE /v1/nodes/{node}/allocation"),
            row("baremetal:runbook:list", API_READER, "GET /v1/runbooks", "GET /v1/runbooks/detail"),
            row(CREATE_ANY_RUNBOOK, SYSTEM_MEMBER),
            row(PUBLISH_RUNBOOK, SYSTEM_MEMBER),
            row(UPDATE_RUNBOOK_OWNER, SYSTEM_MEMBER),
            row(USE_RUNBOOK, SYSTEM_OR_PROJECT_MEMBER),
            row("baremetal:runbook:create", SYSTEM_MEMBER_OR_ANY_PROJECT_MANAGER, "POST /v1/runbooks"),
            // everybody is as a lessee of a public one
            row("baremetal:runbook:get", SYSTEM_OR_PROJECT_READER, "GET /v1/runbooks/{runbook}", "GET /v1/runbooks/{runbook}/traits"),
            row(UPDATE_RUNBOOK, SYSTEM_MEMBER_OR_OWNER_ADMIN, "PATCH /v1/runbooks/{runbook}", "PUT /v1/runbooks/{runbook}/traits",
                    "PUT /v1/runbooks/{runbook}/traits/{trait}", "DELETE /v1/runbooks/{runbook}/traits", "DELETE /v1/runbooks/{runbook}/traits/{trait}"),
            row("baremetal:runbook:delete", SYSTEM_MEMBER_OR_OWNER_ADMIN, "DELETE /v1/runbooks/{runbook}"),

            row("baremetal:chassis:get", SYSTEM_READER, "GET /v1/chassis", "GET /v1/chassis/detail", "GET /v1/chassis/{chassis}", "GET /v1/chassis/{chassis}/nodes",
                    "GET /v1/chassis/{chassis}/nodes/detail"),
            row("baremetal:chassis:create", SYSTEM_ADMIN, "POST /v1/chassis"),
            row("baremetal:chassis:update", SYSTEM_MEMBER, "PATCH /v1/chassis/{chassis}"),
            row("baremetal:chassis:delete", SYSTEM_ADMIN, "DELETE /v1/chassis/{chassis}"),
            row("baremetal:driver:get", SYSTEM_READER, "GET /v1/drivers", "GET /v1/drivers/{driver}"),
            row("baremetal:driver:get_properties", SYSTEM_READER, "GET /v1/drivers/{driver}/properties"),
            row("baremetal:driver:get_raid_logical_disk_properties", SYSTEM_READER, "GET /v1/drivers/{driver}/raid/logical_disk_properties"),
            row("baremetal:driver:vendor_passthru", SYSTEM_ADMIN, "* /v1/drivers/{driver}/vendor_passthru", "* /v1/drivers/{driver}/vendor_passthru/methods",
                    "* /v1/drivers/{driver}/vendor_passthru/{method}"),
            row("baremetal:conductor:get", SYSTEM_READER, "GET /v1/conductors", "GET /v1/conductors/{conductor}"),
            // what a project may see of them, the resource asks of each
            row("bessemer:events:get", API_READER, "GET /v1/events", "GET /v1/events/stream"),
            row("bessemer:events:sinks", SYSTEM_ADMIN, "GET /v1/events/sinks"),
            row("bessemer:webhook", SYSTEM_ADMIN, "GET /v1/webhooks", "GET /v1/webhooks/{webhook}", "POST /v1/webhooks", "PATCH /v1/webhooks/{webhook}",
                    "DELETE /v1/webhooks/{webhook}"),
            row("baremetal:events:post", SYSTEM_ADMIN_OR_SERVICE, "POST /v1/events"),
            row("baremetal:deploy_template:get", SYSTEM_READER, "GET /v1/deploy_templates", "GET /v1/deploy_templates/{template}"),
            row("baremetal:deploy_template:create", SYSTEM_ADMIN, "POST /v1/deploy_templates"),
            row("baremetal:deploy_template:update", SYSTEM_ADMIN, "PATCH /v1/deploy_templates/{template}"),
            row("baremetal:deploy_template:delete", SYSTEM_ADMIN, "DELETE /v1/deploy_templates/{template}"),
            row("baremetal:inspection_rule:get", SYSTEM_READER, "GET /v1/inspection_rules", "GET /v1/inspection_rules/{rule}"),
            row("baremetal:inspection_rule:create", SYSTEM_ADMIN, "POST /v1/inspection_rules"),
            row("baremetal:inspection_rule:update", SYSTEM_ADMIN, "PATCH /v1/inspection_rules/{rule}"),
            row("baremetal:inspection_rule:delete", SYSTEM_ADMIN, "DELETE /v1/inspection_rules", "DELETE /v1/inspection_rules/{rule}"),

            row("bessemer:zone:get", SYSTEM_READER, "GET /v1/availability_zones", "GET /v1/availability_zones/{zone}"),
            row("bessemer:zone:change", SYSTEM_ADMIN, "POST /v1/availability_zones", "PATCH /v1/availability_zones/{zone}", "DELETE /v1/availability_zones/{zone}"),
            row("bessemer:profile:get", SYSTEM_READER, "GET /v1/host_profiles", "GET /v1/host_profiles/{profile}"),
            row("bessemer:profile:change", SYSTEM_ADMIN, "POST /v1/host_profiles", "PATCH /v1/host_profiles/{profile}", "DELETE /v1/host_profiles/{profile}"),
            row("bessemer:pool:get", SYSTEM_READER, "GET /v1/host_pools", "GET /v1/host_pools/{pool}"),
            row("bessemer:pool:change", SYSTEM_ADMIN, "POST /v1/host_pools", "PATCH /v1/host_pools/{pool}", "DELETE /v1/host_pools/{pool}",
                    "PUT /v1/host_pools/{pool}/rollout"),
            row("bessemer:hypervisor:get", SYSTEM_READER, "GET /v1/hypervisors", "GET /v1/hypervisors/{host}", "GET /v1/hypervisors/{host}/states"),
            row("bessemer:hypervisor:change", SYSTEM_ADMIN, "PUT /v1/hypervisors/{host}/states"),
            row("bessemer:guest:get", SYSTEM_READER, "GET /v1/hypervisors/{host}/guests", "GET /v1/hypervisors/{host}/guests/{guest}"),
            row("bessemer:guest:change", SYSTEM_ADMIN, "POST /v1/hypervisors/{host}/guests", "DELETE /v1/hypervisors/{host}/guests/{guest}",
                    "PUT /v1/hypervisors/{host}/guests/{guest}/states", "PUT /v1/hypervisors/{host}/guests/{guest}/migrate"),
            row("bessemer:client_certificate:create", SYSTEM_ADMIN, "POST /v1/client_certificates"));

    /// For requests that no row covers.
    private static final Row UNKNOWN = row("bessemer:unknown", SYSTEM_ADMIN);
    private static final Map<String, Row> BY_ACTION = byAction();
    private static final Map<String, Row> BY_ENDPOINT = byEndpoint();

    /// By the first name of a PATCH's path; what is not here asks for `baremetal:node:update` (Ironic: `_authorize_patch_and_get_node`).
    private static final Map<String, String> NODE_FIELDS = nodeFields();

    private Policy() {
    }

    /// One endpoint of a row.
    ///
    /// @param pattern with the row's names of variables, whatever the resource calls them
    record Endpoint(Row row, String pattern) {}

    /// @param pattern of the mapping: `/v1/nodes/{ident}/states`
    static Endpoint of(String method, String pattern) {
        String key = anonymous(pattern);
        Row row = Optional.ofNullable(BY_ENDPOINT.get(method + " " + key)).orElse(BY_ENDPOINT.getOrDefault("* " + key, UNKNOWN));
        String own = row.endpoints.stream().map(endpoint -> endpoint.substring(endpoint.indexOf(' ') + 1)).filter(path -> anonymous(path).equals(key)).findFirst().orElse(pattern);
        return new Endpoint(row, own);
    }

    /// For the description of the API: the action that a request is.
    public static String actionOf(String method, String pattern) {
        return of(method, pattern).row().action;
    }

    /// As [#actionOf], who may.
    public static String sentenceOf(String method, String pattern) {
        return of(method, pattern).row().who.sentence();
    }

    static boolean knows(String method, String pattern) {
        return of(method, pattern).row() != UNKNOWN;
    }

    /// @param thing whose it is
    public static boolean allows(Caller caller, String action, Owned thing) {
        return action(action).who.admits(caller, thing);
    }

    /// @throws Failure.Forbidden when the caller may not
    public static void require(Caller caller, String action, Owned thing) {
        Row row = action(action);
        if (!row.who.admits(caller, thing)) {
            throw refusal(row);
        }
    }

    static Failure.Forbidden refusal(Row row) {
        return new Failure.Forbidden("Access was denied to the following resource: %s. It takes %s.".formatted(row.action, row.who.sentence()));
    }

    /// Whether the caller may know that the thing is there.
    public static boolean sees(Caller caller, Owned thing) {
        return SYSTEM_OR_PROJECT_READER.admits(caller, thing);
    }

    /// What a change of a node's field takes.
    ///
    /// @param field first name of the path: `driver_info`
    /// @param value that it gets; null for none
    public static String updateOf(String field, Object value) {
        if (field.endsWith("_interface")) {
            return "baremetal:node:update:driver_interfaces";
        }
        if (field.equals("automated_clean") && value != null && List.of("false", "0", "no", "off", "f", "n").contains(value.toString().toLowerCase(Locale.ROOT))) {
            return "baremetal:node:disable_cleaning";
        }
        return NODE_FIELDS.getOrDefault(field, "baremetal:node:update");
    }

    private static Row action(String name) {
        Row row = BY_ACTION.get(name);
        if (row == null) {
            throw new IllegalStateException("no row for the action " + name);
        }
        return row;
    }

    private static Row row(String action, Who who, String... endpoints) {
        return new Row(action, who, List.of(endpoints));
    }

    private static Map<String, Row> byAction() {
        Map<String, Row> rows = new LinkedHashMap<>();
        ROWS.forEach(row -> putOnce(rows, row.action, row));
        return rows;
    }

    private static Map<String, Row> byEndpoint() {
        Map<String, Row> rows = new HashMap<>();
        ROWS.forEach(row -> row.endpoints.forEach(endpoint -> putOnce(rows, anonymous(endpoint), row)));
        return rows;
    }

    private static void putOnce(Map<String, Row> rows, String key, Row row) {
        if (rows.put(key, row) != null) {
            throw new IllegalStateException("two rows for " + key);
        }
    }

    private static String anonymous(String pattern) {
        return pattern.replaceAll("\\{[^}]*}", "*");
    }

    private static Map<String, String> nodeFields() {
        Map<String, String> actions = new HashMap<>();
        actions.put("instance_info", "baremetal:node:update_instance_info");
        actions.put("instance_name", "baremetal:node:update_instance_info");
        actions.put("extra", "baremetal:node:update_extra");
        actions.put("driver", "baremetal:node:update:driver_interfaces");
        actions.put("retired_reason", "baremetal:node:update:retired");
        for (String field : List.of("driver_info", "properties", "chassis_uuid", "instance_uuid", "lessee", "owner", "network_data", "conductor_group", "name",
                "retired", "shard", "parent_node", "disable_power_off")) {
            actions.put(field, "baremetal:node:update:" + field);
        }
        return actions;
    }
}
