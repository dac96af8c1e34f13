/// `/v1/deploy_templates`, `/v1/runbooks`, `/v1/inspection_rules`.
package io.bessemer.api.plan;
