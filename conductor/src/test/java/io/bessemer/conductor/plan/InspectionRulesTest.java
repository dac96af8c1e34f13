package io.bessemer.conductor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.plan.InspectionRules.Outcome;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.plan.InspectionRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class InspectionRulesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Node NODE = Node.builder(NodeId.random(), "fake").name("web-1").resourceClass("bm").traits(Set.of("CUSTOM_OLD"))
            .driverInfo(Map.of("ipmi_password", "hush", "ipmi_address", "192.0.2.7"))
            .properties(Map.of("capabilities", "boot_mode:uefi")).extra(Map.of("list", List.of("a"))).build();
    private static final Port PORT = Port.of(NODE.id(), new MacAddress("52:54:00:00:00:07"), Instant.EPOCH);
    private static final String INVENTORY = """
            {"cpu": {"count": 8, "architecture": "x86_64"}, "memory": {"physical_mb": 16384}, "bmc_address": "192.0.2.7", "bmc_password": "hush",
             "disks": [{"name": "/dev/sda", "size": 1000}], "system_vendor": {"manufacturer": "Lenovo", "serial": ""}, "flag": true, "nothing": null}
            """;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> json(String text) {
        return JSON.readValue(text.replace('\'', '"'), Map.class);
    }

    @SuppressWarnings("unchecked")
    private static InspectionRule rule(int priority, String conditions, String actions) {
        return new InspectionRule(UUID.randomUUID(), null, priority, "main", false, JSON.readValue(conditions.replace('\'', '"'), List.class),
                JSON.readValue(actions.replace('\'', '"'), List.class), 1, Instant.EPOCH, null);
    }

    private static Outcome apply(InspectionRule... rules) {
        for (InspectionRule rule : rules) {
            RuleSyntax.check(rule);
        }
        return InspectionRules.apply(List.of(rules), NODE, List.of(PORT), JSON.readValue(INVENTORY, Map.class), json("{'seen': {'a': 1}}"));
    }

    private static Node node(String actions) {
        Outcome outcome = apply(rule(0, "[]", actions));
        assertThat(outcome.failure()).isEmpty();
        return outcome.edit().apply(NODE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'op':'eq','args':{'values':['{inventory[cpu][architecture]}','x86_64']}}                     | true",
        "{'op':'eq','args':{'values':['{inventory[cpu][count]}',8]}}                                   | false",
        "{'op':'eq','args':{'values':['{inventory[cpu][count]}',8],'force_strings':true}}              | true",
        "{'op':'!eq','args':{'values':['{node.name}','web-1']}}                                        | false",
        "{'op':'ne','args':[['{node.resource_class}','gpu']]}                                          | true",
        "{'op':'lt','args':{'values':[1,2,3]}}                                                         | true",
        "{'op':'lt','args':{'values':[1,3,2]}}                                                         | false",
        "{'op':'gt','args':{'values':['b','a']}}                                                       | true",
        "{'op':'is-empty','args':{'value':'{inventory[system_vendor][serial]}'}}                       | true",
        "{'op':'is-empty','args':{'value':'{inventory[no][such]}'}}                                    | true",
        "{'op':'is-empty','args':{'value':'{inventory[cpu][count]}'}}                                  | false",
        "{'op':'! is-empty','args':{'value':[]}}                                                       | false",
        "{'op':'in-net','args':{'address':'{inventory[bmc_address]}','subnet':'192.0.2.0/24'}}         | true",
        "{'op':'in-net','args':{'address':'192.0.3.1','subnet':'192.0.2.0/23'}}                        | true",
        "{'op':'in-net','args':{'address':'192.0.4.1','subnet':'192.0.2.0/23'}}                        | false",
        "{'op':'in-net','args':{'address':'2001:db8::1','subnet':'2001:db8::/32'}}                     | true",
        "{'op':'in-net','args':{'address':'2001:db8::1','subnet':'192.0.2.0/24'}}                      | false",
        "{'op':'matches','args':{'value':'{inventory[system_vendor][manufacturer]}','regex':'Leno'}}   | false",
        "{'op':'matches','args':{'value':'{inventory[system_vendor][manufacturer]}','regex':'Len.*'}}  | true",
        "{'op':'contains','args':{'value':'{inventory[disks][0][name]}','regex':'sd[a-z]{1,2}'}}       | true",
        "{'op':'one-of','args':{'value':'{node.driver}','values':['fake','ipmi']}}                     | true",
        "{'op':'one-of','args':{'value':'x'}}                                                          | false",
        "{'op':'is-none','args':{'value':null}}                                                        | true",
        "{'op':'is-none','args':{'value':'{inventory[nothing]}'}}                                      | false",
        "{'op':'is-true','args':{'value':'{inventory[flag]}'}}                                         | true",
        "{'op':'is-true','args':{'value':'0'}}                                                         | false",
        "{'op':'is-false','args':{'value':0}}                                                          | true",
        "{'op':'is-false','args':{'value':'No'}}                                                       | true",
        "{'op':'eq','args':{'values':['{item}','{inventory[cpu][count]}']},'loop':[4,8]}               | true",
        "{'op':'eq','args':{'values':['{item}','{inventory[cpu][count]}']},'loop':[4,8],'multiple':'all'}   | false",
        "{'op':'eq','args':{'values':['{item}','{inventory[cpu][count]}']},'loop':[8,4],'multiple':'last'}  | false",
        "{'op':'eq','args':{'values':['{item}','{inventory[cpu][count]}']},'loop':[4,8],'multiple':'first'} | true",
        "{'op':'eq','args':{'values':['{item[is]}','8']},'loop':{'is':'{inventory[cpu][count]}'}}      | true",
        "{'op':'contains','args':{'value':'{inventory[bmc_password]}','regex':'hush'}}                 | false",
        "{'op':'contains','args':{'value':'{node.driver_info}','regex':'hush'}}                        | false",
    })
    void a_condition_holds_or_does_not(String condition, boolean holds) {
        Outcome outcome = apply(rule(0, "[" + condition + "]", "[{'op':'fail','args':{'msg':'it holds'}}]"));
        assertThat(outcome.failure().isPresent()).isEqualTo(holds);
    }

    @Test
    void all_conditions_must_hold() {
        String yes = "{'op':'is-true','args':{'value':true}}";
        String no = "{'op':'is-true','args':{'value':false}}";
        assertThat(apply(rule(0, "[%s,%s]".formatted(yes, no), "[{'op':'add-trait','args':{'name':'CUSTOM_X'}}]")).edit().apply(NODE)).isEqualTo(NODE);
    }

    @Test
    void attributes_of_the_node_are_set_extended_and_deleted() {
        assertThat(node("[{'op':'set-attribute','args':{'path':'/extra/rack/row','value':'{inventory[cpu][count]}'}}]").extra())
                .isEqualTo(Map.of("list", List.of("a"), "rack", Map.of("row", "8")));
        assertThat(node("[{'op':'set-attribute','args':['properties.cpus',4]},{'op':'del-attribute','args':{'path':'properties/capabilities'}}]").properties()).isEqualTo(Map.of("cpus", 4));
        assertThat(node("[{'op':'set-attribute','args':{'path':'resource_class','value':'cpu-{inventory[cpu][count]}'}}]").resourceClass()).isEqualTo("cpu-8");
        assertThat(node("[{'op':'del-attribute','args':{'path':'resource_class'}}]").resourceClass()).isNull();
        assertThat(node("[{'op':'extend-attribute','args':{'path':'extra/list','value':'a'}},{'op':'extend-attribute','args':{'path':'extra/list','value':'a','unique':true}},"
                + "{'op':'extend-attribute','args':{'path':'extra/new','value':1}}]").extra()).isEqualTo(Map.of("list", List.of("a", "a"), "new", List.of(1)));
        assertThat(node("[{'op':'set-attribute','args':{'path':'{item[path]}','value':'{item[value]}'},'loop':[{'path':'extra/x','value':'1'},{'path':'extra/y','value':'{node.name}'}]}]")
                .extra()).containsEntry("x", "1").containsEntry("y", "web-1");
    }

    @Test
    void capabilities_and_traits_come_and_go() {
        assertThat(node("[{'op':'set-capability','args':{'name':'cpu_count','value':'{inventory[cpu][count]}'}}]").properties().get("capabilities"))
                .isEqualTo("boot_mode:uefi,cpu_count:8");
        assertThat(node("[{'op':'unset-capability','args':{'name':'boot_mode'}}]").properties().get("capabilities")).isEqualTo("");
        assertThat(node("[{'op':'add-trait','args':{'name':'CUSTOM_NEW'}},{'op':'remove-trait','args':{'name':'CUSTOM_OLD'}},{'op':'remove-trait','args':{'name':'CUSTOM_NONE'}}]").traits())
                .containsExactly("CUSTOM_NEW");
    }

    @Test
    void plug_in_data_and_ports_change_and_the_same_again_changes_nothing_more() {
        InspectionRule rule = rule(0, "[]", """
                [{'op':'set-plugin-data','args':{'path':'seen.b','value':'{inventory[cpu][count]}'}},{'op':'extend-plugin-data','args':{'path':'names','value':'x'}},
                 {'op':'unset-plugin-data','args':{'path':'seen/a'}},
                 {'op':'set-port-attribute','args':{'port_id':'PORT','path':'physical_network','value':'net1'}},
                 {'op':'set-port-attribute','args':{'port_id':'PORT','path':'local_link_connection/switch_info','value':'sw1'}},
                 {'op':'extend-port-attribute','args':{'port_id':'PORT','path':'extra/seen','value':1}}]""".replace("PORT", PORT.id().toString()));
        Outcome outcome = apply(rule);
        assertThat(outcome.pluginData()).isEqualTo(Map.of("seen", Map.of("b", "8"), "names", List.of("x")));
        assertThat(outcome.ports()).singleElement().satisfies(port -> {
            assertThat(port.physicalNetwork()).isEqualTo("net1");
            assertThat(port.localLinkConnection()).isEqualTo(Map.of("switch_info", "sw1"));
            assertThat(port.extra()).isEqualTo(Map.of("seen", List.of(1)));
        });
        assertThat(InspectionRules.apply(List.of(rule), NODE, outcome.ports(), JSON.readValue(INVENTORY, Map.class), Map.of()).ports()).as("a step done twice").isEmpty();
        Outcome cleared = InspectionRules.apply(List.of(rule(0, "[]", "[{'op':'del-port-attribute','args':{'port_id':'%s','path':'physical_network'}}]".formatted(PORT.id()))),
                NODE, outcome.ports(), Map.of(), Map.of());
        assertThat(cleared.ports()).singleElement().satisfies(port -> assertThat(port.physicalNetwork()).isNull());
    }

    @Test
    void the_rule_of_highest_priority_comes_first_and_sees_what_those_before_it_did() {
        Outcome outcome = apply(rule(1, "[{'op':'eq','args':{'values':['{node.extra[first]}','yes']}}]", "[{'op':'log','args':{'msg':'second saw {node.extra[first]}','level':'warning'}}]"),
                rule(9, "[]", "[{'op':'set-attribute','args':{'path':'extra/first','value':'yes'}}]"));
        assertThat(outcome.notes()).singleElement().satisfies(note -> assertThat(note.level() + ": " + note.text()).isEqualTo("warning: second saw yes"));
    }

    @Test
    void a_failing_rule_ends_the_inspection_and_those_after_it_do_nothing() {
        InspectionRule fails = rule(9, "[]", "[{'op':'fail','args':{'msg':'only {inventory[cpu][count]} CPUs'}}]");
        Outcome outcome = apply(fails, rule(1, "[]", "[{'op':'add-trait','args':{'name':'CUSTOM_X'}}]"));
        assertThat(outcome.failure()).contains("inspection rule %s: only 8 CPUs".formatted(fails.id()));
        assertThat(outcome.edit().apply(NODE)).isEqualTo(NODE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'op':'set-attribute','args':{'path':'provision_state','value':'x'}}    | 'provision_state' of a node cannot be changed so by a rule, only driver_info, extra",
        "{'op':'set-attribute','args':{'path':'extra','value':'x'}}              | extra must be an object, not 'x'",
        "{'op':'extend-attribute','args':{'path':'properties/capabilities','value':1}} | 'properties/capabilities' is no list that could be extended, but 'boot_mode:uefi'",
        "{'op':'add-trait','args':{'name':'meow'}}                               | 'meow' is neither a standard trait nor CUSTOM_",
        "{'op':'set-port-attribute','args':{'port_id':'x','path':'extra/a','value':1}} | port x could not be found",
        "{'op':'set-attribute','args':{'path':'/','value':1}}                    | '/' is not a path",
    })
    void an_action_that_cannot_be_done_fails_the_inspection_with_the_reason(String action, String message) {
        assertThat(apply(rule(0, "[]", "[" + action + "]")).failure().orElseThrow()).contains(message);
    }

    @Test
    void conditions_that_make_no_sense_fail_the_inspection() {
        String act = "[{'op':'log','args':{'msg':'x'}}]";
        assertThat(apply(rule(0, "[{'op':'lt','args':{'values':['a',1]}}]", act)).failure().orElseThrow()).contains("'lt' cannot compare a and 1");
        assertThat(apply(rule(0, "[{'op':'in-net','args':{'address':'host','subnet':'192.0.2.0/24'}}]", act)).failure().orElseThrow()).contains("'host' is not an address");
        assertThat(apply(rule(0, "[{'op':'in-net','args':{'address':'192.0.2.1','subnet':'192.0.2.0/99'}}]", act)).failure().orElseThrow()).contains("is not a network");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[] | []                                                                   | actions is missing",
        "[] | [{'op':'dance','args':{}}]                                           | actions/0/op: 'dance' is not one of add-trait, del-attribute",
        "[] | [{'op':'api-call','args':{'url':'http://x'}}]                        | actions/0/op: 'api-call' is not supported by Bessemer",
        "[] | [{'op':'fail','args':{}}]                                            | actions/0/args/msg is missing. 'fail' takes msg",
        "[] | [{'op':'fail','args':{'msg':'x','loud':1}}]                          | actions/0/args/loud: is not known. 'fail' takes msg",
        "[] | [{'op':'fail','args':'x'}]                                           | actions/0/args: must be a JSON object",
        "[] | [{'op':'fail','args':['a','b']}]                                     | actions/0/args: has 2 arguments, at most 1",
        "[] | [{'op':'log','args':{'msg':'x','level':'loud'}}]                     | actions/0/args/level: 'loud' is not one of debug",
        "[] | [{'op':'fail','args':{'msg':'x'},'loop':3}]                          | actions/0/loop: must be a JSON array or object",
        "[{'op':'like','args':{}}] | [{'op':'fail','args':{'msg':'x'}}]            | conditions/0/op: 'like' is not one of contains, eq",
        "[{'op':'eq','args':{'values':1}}] | [{'op':'fail','args':{'msg':'x'}}]    | conditions/0/args/values: must be a JSON array",
        "[{'op':'matches','args':{'value':1,'regex':'('}}] | [{'op':'fail','args':{'msg':'x'}}] | conditions/0/args/regex: is not a regular expression",
        "[{'op':'eq','args':{'values':[]},'multiple':'some'}] | [{'op':'fail','args':{'msg':'x'}}] | conditions/0/multiple: 'some' is not one of any, all, first, last",
    })
    void a_rule_that_is_wrong_is_refused_by_its_place(String conditions, String actions, String message) {
        assertThatThrownBy(() -> RuleSyntax.check(rule(0, conditions, actions))).isInstanceOf(Failure.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+b", "(a|aa)+b", "(x|a)*b"})
    void a_regular_expression_that_would_take_for_ever_fails_in_words(String regex) {
        Map<String, Object> inventory = Map.of("long", "a".repeat(10_000));
        InspectionRule rule = rule(0, "[{'op':'matches','args':{'value':'{inventory[long]}','regex':'%s'}}]".formatted(regex), "[{'op':'fail','args':{'msg':'x'}}]");
        RuleSyntax.check(rule);
        Outcome outcome = InspectionRules.apply(List.of(rule), NODE, List.of(PORT), inventory, Map.of());
        assertThat(outcome.failure()).hasValueSatisfying(why -> assertThat(why).contains("'%s' takes too long".formatted(regex)));
    }

    @Test
    void a_loop_that_doubles_a_text_ends_where_it_is_too_long() {
        String items = "1,".repeat(60) + "1";
        Outcome outcome = apply(rule(0, "[]", "[{'op':'set-plugin-data','loop':[%s],'args':{'path':'seen/a','value':'{plugin_data[seen][a]}{plugin_data[seen][a]}'}}]".formatted(items)));
        assertThat(outcome.failure()).hasValueSatisfying(why -> assertThat(why).contains("more than 1048576 characters"));
    }

    @Test
    void null_in_a_loop_is_refused_and_null_is_one_of_nothing() {
        assertThatThrownBy(() -> RuleSyntax.check(rule(0, "[{'op':'is-none','loop':[1,null],'args':{'value':'x'}}]", "[{'op':'fail','args':{'msg':'x'}}]")))
                .isInstanceOf(Failure.Invalid.class).hasMessageContaining("conditions/0/loop");
        assertThat(apply(rule(0, "[{'op':'one-of','args':{'value':null}}]", "[{'op':'fail','args':{'msg':'x'}}]")).failure()).isEmpty();
    }
}
