package io.bessemer.core.plan;

/// The stores of all kinds of plans.
public record Plans(PlanStore<DeployTemplate> deployTemplates, PlanStore<Runbook> runbooks, PlanStore<InspectionRule> inspectionRules) {
    public static final String DEPLOY_TEMPLATE = "deploy_template";
    public static final String RUNBOOK = "runbook";
    public static final String INSPECTION_RULE = "inspection_rule";
}
