/// What comes of the plans that operators wrote down: the steps of a deploy, of a runbook, and what rules do after an inspection.
package io.bessemer.conductor.plan;
